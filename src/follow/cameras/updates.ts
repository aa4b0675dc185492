/**
 * Owns how a camera is changed at NestMTX, which takes what an update leaves out for another value (contract 2.7, N-34): each is read
 * right before, with the rights of whoever changes it, and one at a time. Refuses what NestMTX would take and not do.
 */

import { readPayload } from '../../core/requests/payload.ts';
import { createTurns } from '../../core/timing/in-turn.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { CAMERA_UPDATE } from '../../protocol/entities/camera.ts';
import type { Envelope, JsonObject } from '../../protocol/envelope.ts';
import { isObject } from '../../protocol/envelope.ts';
import { unknownKey } from '../../protocol/violation.ts';
import type { CameraMirror } from './mirror.ts';

/** Asks NestMTX as whoever made the request. */
type Ask = (request: Pick<Envelope, 'command' | 'module' | 'entity' | 'payload'>) => Promise<unknown>;

export type UpdateCamera = (entity: string, payload: JsonObject, ask: Ask) => Promise<undefined>;

const CHANGEABLE: readonly string[] = ['mtx_path', 'is_enabled', 'is_persistent'];

/** @param mirror is told of what was changed: NestMTX itself tells nobody */
export function createCameraUpdates(mirror: Pick<CameraMirror, 'take'>): UpdateCamera {
  const inTurn = createTurns();

  return (entity, payload, ask) => {
    const read = () => ask({ command: 'read', module: 'cameras', entity });
    return inTurn(entity, async () => {
      const now = await read();
      const changes = changesIn(readPayload(payload, { schema: CAMERA_UPDATE }), now);
      if (Object.keys(changes).length === 0) return undefined;
      await ask({ command: 'update', module: 'cameras', entity, payload: completed(now, changes) });
      await read().then(mirror.take, () => undefined);
      return undefined;
    });
  };
}

/** What can be changed there; keys of the camera that were only written back are left out. Those that are ours alone it does not have. */
function changesIn(payload: JsonObject, camera: unknown): JsonObject {
  const shown = isObject(camera) ? camera : {};
  const strange = Object.keys(payload).find((key) => !CHANGEABLE.includes(key) && !Object.hasOwn(shown, key));
  if (strange !== undefined) {
    const violation = unknownKey(['payload', strange], payload[strange]);
    throw new ApiError('invalid_payload', { message: violation.message, details: [violation] });
  }
  return Object.fromEntries(Object.entries(payload).filter(([key]) => CHANGEABLE.includes(key)));
}

/** `is_persistent` alone stays as it is when it is left out. */
function completed(camera: unknown, changes: JsonObject): JsonObject {
  const { mtx_path = null, is_enabled = false } = isObject(camera) ? camera : {};
  return { mtx_path, is_enabled, ...changes };
}
