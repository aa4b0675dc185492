/**
 * Owns the door through which a media server reaches the WebRTC cameras of Google: WHEP at `/whep/<id>/<key>` in front (OPTIONS, POST,
 * DELETE), Google behind. Carries no media, takes no candidate after the offer, lets in nobody without the key. Unproven on a real camera.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Log, Secrets } from '../../core/ports.ts';
import type { Failure } from '../answer.ts';
import type { Address } from './doors.ts';
import type { StreamKeys } from './keys.ts';
import { type Listening, listen } from './listening.ts';
import { answerForServer, offerForGoogle } from './sdp-munging.ts';
import type { Streams } from './streams.ts';

interface Ports {
  readonly streams: Pick<Streams, 'serves' | 'webRtc' | 'release'>;
  readonly keys: StreamKeys;
  readonly secrets: Pick<Secrets, 'newHex'>;
  readonly log: Log;
  readonly address: Address;
}

const MAX_OFFER_BYTES = 64 * 1024;
/** Without PATCH, MediaMTX sends one offer with all its candidates: Google takes none later. */
const METHODS = 'OPTIONS, POST, DELETE';

/** Resolves when it listens. */
export async function startWhep({ streams, keys, secrets, log, address }: Ports): Promise<Listening> {
  /** The session that each camera was last watched in: the end of an older one must not end it. */
  const current = new Map<string, string>();
  const server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) => {
      if (!response.writableEnded && !request.destroyed) log.error({ err: error }, 'a WHEP request failed');
      response.destroy();
    });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { cameraId, session } = placeIn(request.url ?? '');
    if (cameraId === undefined || !streams.serves(cameraId, 'WEB_RTC')) return end(response, 404, 'No such camera');
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { 'access-control-allow-methods': METHODS, 'accept-post': 'application/sdp' }).end();
    } else if (request.method === 'POST' && session === undefined) {
      await open(request, response, cameraId);
    } else if (request.method === 'DELETE' && session !== undefined) {
      await close(response, cameraId, session);
    } else {
      response.setHeader('allow', METHODS);
      end(response, 405, `Use ${METHODS}`);
    }
  }

  /** Nothing where the key is missing or wrong: such a camera does not exist. */
  function placeIn(url: string): { readonly cameraId?: string; readonly session?: string | undefined } {
    const [, cameraId, key, session] = /^\/whep\/(\d{1,15})\/([\w-]{1,64})(?:\/([0-9a-f]{32}))?$/.exec(url) ?? [];
    return cameraId !== undefined && key !== undefined && keys.fits(key, cameraId) ? { cameraId, session } : {};
  }

  async function open(request: IncomingMessage, response: ServerResponse, cameraId: string): Promise<void> {
    if (request.headers['content-type']?.split(';')[0]?.trim() !== 'application/sdp') {
      return end(response, 415, 'Send an offer as application/sdp');
    }
    const offerSdp = await bodyOf(request);
    if (offerSdp === undefined) return end(response, 413, `An offer has at most ${MAX_OFFER_BYTES} bytes`);
    const offer = offerForGoogle(offerSdp);
    if (!offer.ok) return end(response, 400, offer.failure.message);
    const opened = await streams.webRtc(cameraId, offer.value);
    const answer = opened.ok ? answerForServer(opened.value, offerSdp) : opened;
    if (!answer.ok) {
      if (opened.ok) await streams.release(cameraId);
      return refuse(response, answer.failure);
    }
    const session = secrets.newHex(32);
    current.set(cameraId, session);
    response
      .writeHead(201, {
        'content-type': 'application/sdp',
        location: `/whep/${cameraId}/${keys.of(cameraId)}/${session}`,
      })
      .end(answer.value);
  }

  async function close(response: ServerResponse, cameraId: string, session: string): Promise<void> {
    if (current.get(cameraId) !== session) return end(response, 404, 'No such session');
    current.delete(cameraId);
    await streams.release(cameraId);
    end(response, 200, '');
  }

  return listen(server, address, () => server.closeAllConnections());
}

function refuse(response: ServerResponse, { status, message, retryAfterMs }: Failure): void {
  if (retryAfterMs !== undefined) response.setHeader('retry-after', Math.ceil(retryAfterMs / 1000));
  // Whatever is wrong at Google, a media server can only come back later.
  end(response, status === 400 || status === 404 ? status : 503, message);
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}

/** @returns undefined when it is too long */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > MAX_OFFER_BYTES) return undefined;
  }
  return text;
}
