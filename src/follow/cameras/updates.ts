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
import { custom, unknownKey, type Violation } from '../../protocol/violation.ts';
import type { CameraMirror } from './mirror.ts';

/** Asks NestMTX as whoever made the request. */
type Ask = (request: Pick<Envelope, 'command' | 'module' | 'entity' | 'payload'>) => Promise<unknown>;

export type UpdateCamera = (entity: string, payload: JsonObject, ask: Ask) => Promise<undefined>;

const CHANGEABLE: readonly string[] = ['mtx_path', 'is_enabled', 'is_persistent'];
/** What a camera of our own can be given, the name for one. */
const SETTINGS: readonly string[] = Object.keys(CAMERA_UPDATE.properties);

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
  const [violation] = Object.keys(payload).flatMap((key) => violationOf(key, payload[key], shown) ?? []);
  if (violation) throw new ApiError('invalid_payload', { message: violation.message, details: [violation] });
  return Object.fromEntries(Object.entries(payload).filter(([key]) => CHANGEABLE.includes(key)));
}

/** What the camera does by itself, such as its uptime, has another value by the time it is written back; whoever changes a setting means it. */
function violationOf(key: string, value: unknown, shown: JsonObject): Violation | undefined {
  if (CHANGEABLE.includes(key)) return undefined;
  if (!Object.hasOwn(shown, key)) return unknownKey(['payload', key], value);
  const isMeant = SETTINGS.includes(key) && value !== shown[key];
  return isMeant
    ? custom(['payload', key], 'any.invalid', 'cannot be changed: NestMTX has it from Google', value)
    : undefined;
}

/** `is_persistent` alone stays as it is when it is left out. */
function completed(camera: unknown, changes: JsonObject): JsonObject {
  const { mtx_path = null, is_enabled = false } = isObject(camera) ? camera : {};
  return { mtx_path, is_enabled, ...changes };
}
