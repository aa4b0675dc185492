/** Owns how a camera of NestMTX is read: what of it is kept, and what it says about its feed at this moment (contract 2.7). */

import type { CameraRecord } from '../../core/cameras/records.ts';
import { isoZulu } from '../../core/wire-time.ts';
import { isObject, type JsonObject } from '../../protocol/envelope.ts';

export interface UpstreamCamera {
  readonly record: CameraRecord;
  readonly ready: boolean;
  /** ISO 8601, UTC: since when it is ready, where that is said. */
  readonly readySince: string | undefined;
  readonly readers: number;
  /** No process and no feed: nobody wants it. */
  readonly idle: boolean;
}

/** Undefined for what is no camera. Missing texts are empty and missing flags false: a newer NestMTX may have renamed some. */
export function readCamera(value: unknown): UpstreamCamera | undefined {
  if (!isObject(value) || !Number.isSafeInteger(value['id'])) return undefined;
  const uptimeMs = Date.parse(textOf(value, 'stream_uptime') ?? '');
  const consumers = value['stream_consumer_count'];
  return {
    record: recordOf(value),
    ready: value['stream_ready'] === true,
    readySince: Number.isNaN(uptimeMs) ? undefined : isoZulu(uptimeMs),
    readers: typeof consumers === 'number' ? consumers : 0,
    idle: value['stream_ready'] !== true && value['process_id'] === null,
  };
}

/** Whether people would call it a change: streams are extended every few minutes, and that is none. */
export function isNoticeable(before: CameraRecord, after: CameraRecord): boolean {
  const keys = ['uid', 'room', 'name', 'mtxPath', 'isEnabled', 'isPersistent'] as const;
  return keys.some((key) => before[key] !== after[key]);
}

function recordOf(camera: JsonObject): CameraRecord {
  const { id, credentialId, info } = camera;
  return {
    id: String(id),
    credentialId: typeof credentialId === 'number' ? credentialId : null,
    uid: textOf(camera, 'uid') ?? `upstream/${String(id)}`,
    room: textOf(camera, 'room') ?? '',
    name: textOf(camera, 'name') ?? '',
    info: isObject(info) ? info : null,
    mtxPath: textOf(camera, 'mtx_path'),
    isEnabled: camera['is_enabled'] === true,
    isPersistent: camera['is_persistent'] === true,
    expiresAt: textOf(camera, 'expires_at'),
    sourceType: 'google',
    sealedSourceUrl: null,
    createdAt: textOf(camera, 'createdAt') ?? '',
    updatedAt: textOf(camera, 'updatedAt') ?? '',
  };
}

function textOf(camera: JsonObject, key: string): string | null {
  const value = camera[key];
  return typeof value === 'string' ? value : null;
}
