/** Owns a snapshot as messages carry it, and why there is none: a reason that programs can look at, with its words for people. */

import type { FromSchema } from 'json-schema-to-ts';
import { ApiError } from '../../api-error.ts';
import { count, id, moment } from '../fields.ts';

/** In JSON, where a picture has no place as it is. */
export const SNAPSHOT = {
  title: 'Snapshot',
  type: 'object',
  properties: {
    camera: id,
    at: { ...moment, description: 'When it was there; it may have been taken two seconds before' },
    mediaType: { const: 'image/jpeg' },
    data: { type: 'string', description: 'The picture in Base64' },
  },
  required: ['camera', 'at', 'mediaType', 'data'],
  additionalProperties: false,
} as const;

export type Snapshot = Readonly<FromSchema<typeof SNAPSHOT>>;

/** The last picture of a camera, without the picture. */
export const LAST_SNAPSHOT = {
  title: 'LastSnapshot',
  type: 'object',
  properties: {
    camera: id,
    name: { type: 'string', description: 'Of the camera' },
    room: { type: 'string' },
    at: { ...moment, description: 'When it was taken' },
    mediaType: { const: 'image/jpeg' },
    bytes: count,
  },
  required: ['camera', 'name', 'room', 'at', 'mediaType', 'bytes'],
  additionalProperties: false,
} as const;

export type LastSnapshot = Readonly<FromSchema<typeof LAST_SNAPSHOT>>;

/** Reasons are never renamed. */
export const SNAPSHOT_FAULTS = {
  disabled: 'the camera is disabled',
  no_source: 'nothing here can read this camera: give it a path and set MEDIAMTX_URL, or give it a source of type rtsp',
  no_program: 'ffmpeg is not installed, or is not where FFMPEG_PATH says',
  not_ready: 'there is no stream at the moment',
  unauthorised: 'the stream wants another login',
  unreachable: 'whatever carries the stream cannot be reached',
  timed_out: 'no picture came in time',
  no_picture: 'the stream could not be read',
  too_large: 'the picture is larger than what the broker takes',
  busy: 'too many snapshots are being taken',
  none_kept: 'none was taken since the service started, or it is not kept any more',
} as const;

export type SnapshotFault = keyof typeof SNAPSHOT_FAULTS;

/** The reason stands in `details[0].type`, after `snapshot.` */
export function noSnapshot(fault: SnapshotFault, cause?: unknown): ApiError {
  const message = `No snapshot: ${SNAPSHOT_FAULTS[fault]}`;
  const detail = { message, path: ['entity'], type: `snapshot.${fault}`, context: { label: 'entity', key: 'entity' } };
  return new ApiError('no_snapshot', { message, details: [detail], cause });
}
