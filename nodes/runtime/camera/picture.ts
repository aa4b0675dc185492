/** Owns the picture of a camera as a flow gets it: the last one that stands on the broker, or a new one, for which the server is asked. */

import type { Client } from '../../../src/client/client.ts';
import { type Clock, realClock } from '../../../src/client/environment.ts';
import type { Request, RequestOptions } from '../../../src/client/requests/requests.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { answerFor } from '../server/answer.ts';
import type { CameraFields } from './settings.ts';

interface Parts {
  readonly client: Pick<Client, 'picture'>;
  readonly hasLogin: boolean;
  readonly request: (request: Request, how: RequestOptions) => Promise<unknown>;
  readonly clock?: Clock;
}

/** Retained messages come right after the subscription. */
const RETAINED_MS = 3000;

/** @throws ApiError `no_snapshot` and others · ClientError */
export async function pictureOf(
  parts: Parts,
  cameraId: number,
  which: CameraFields['which'],
  how: RequestOptions,
): Promise<Buffer> {
  const last = which === 'fresh' ? undefined : await lastPicture(parts, cameraId);
  if (last) return last;
  if (which === 'last' || !parts.hasLogin) {
    throw new ApiError('no_snapshot', { message: `No picture of camera ${cameraId} stands on the broker` });
  }
  const request = { command: 'read', module: 'snapshots', entity: cameraId } as const;
  const answer = answerFor(request, await parts.request(request, how));
  if (Buffer.isBuffer(answer)) return answer;
  throw new ApiError('upstream_failed', { message: 'The answer is not a picture' });
}

/** Undefined where none stands there. */
async function lastPicture({ client, clock = realClock }: Parts, cameraId: number): Promise<Buffer | undefined> {
  const undo: (() => void)[] = [];
  try {
    return await new Promise<Buffer | undefined>((resolve, reject) => {
      const subscription = client.picture(cameraId, (jpeg) => resolve(jpeg ? Buffer.from(jpeg) : undefined), {
        onRefused: reject,
      });
      undo.push(
        () => subscription.close(),
        clock.after(RETAINED_MS, () => resolve(undefined)),
      );
    });
  } finally {
    for (const step of undo) step();
  }
}
