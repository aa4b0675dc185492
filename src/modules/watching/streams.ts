/** Owns the `streams` module, ours: watching a camera by WebRTC. What is agreed on passes through us, so that a page needs no other origin; media does not. */

import type { Session } from '../../core/accounts/sessions.ts';
import type { Call, Module } from '../../core/requests/registry.ts';
import type { Watching } from '../../core/watching/watching.ts';
import { ApiError } from '../../protocol/api-error.ts';
import {
  STREAM,
  STREAM_ANSWER,
  STREAM_OFFER,
  type Stream,
  type StreamAnswer,
  type StreamOffer,
} from '../../protocol/entities/watching/stream.ts';

export function streamsModule(watching: Pick<Watching, 'iceServers' | 'open' | 'end'>): Module {
  async function read({ entity }: Call): Promise<Stream> {
    return { camera: Number(entity), iceServers: [...(await watching.iceServers(entity))] };
  }

  async function create({ payload, session }: Call): Promise<StreamAnswer> {
    const { camera, offer } = payload as StreamOffer;
    const { id, answer } = await watching.open(known(session), String(camera), offer);
    return { id, camera: Number(camera), answer };
  }

  return {
    name: 'streams',
    summary: 'Watch a camera by WebRTC',
    operations: {
      read: { summary: 'Read what a browser must know before it makes an offer', result: STREAM, run: read },
      create: {
        summary: 'Answer an offer to watch a camera',
        schema: STREAM_OFFER,
        result: STREAM_ANSWER,
        run: create,
      },
      delete: {
        summary: 'End a stream',
        run: ({ entity, session }) => watching.end(known(session), entity),
      },
    },
  };
}

/** The access table lets nobody in without a token. */
function known(session: Session | undefined): Session {
  if (!session) throw new ApiError('unauthorized');
  return session;
}
