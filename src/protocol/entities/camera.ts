/** Owns what the wire shows and takes of cameras (contract 2.7, N-34 to N-36, N-39a). */

import type { FromSchema } from 'json-schema-to-ts';
import { count, id, moment, momentOrNull, textOrNull } from './fields.ts';

const mtxPath = { type: ['string', 'null'], pattern: '^[A-Za-z0-9\\-._~]+$' } as const;

const room = { type: 'string', minLength: 1, maxLength: 255 } as const;

export const CAMERA_ACTIONS = ['restart', 'stop', 'probe'] as const;
export type CameraAction = (typeof CAMERA_ACTIONS)[number];

export const CAMERA_UPDATE = {
  type: 'object',
  properties: {
    mtx_path: mtxPath,
    is_enabled: { type: 'boolean' },
    is_persistent: { type: 'boolean' },
    room: { ...room, description: 'Ours; the room of a camera from Google is set at Google' },
    /** Any text is let through: the module refuses an unknown action in the words that htop has for it. */
    action: { type: 'string', description: 'restart, stop or probe: what to do with the stream, after the changes' },
  },
  additionalProperties: false,
} as const;

export const CAMERA_CREATE = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 255 },
    room,
    mtx_path: mtxPath,
    source: {
      type: 'object',
      properties: {
        type: { enum: ['publisher', 'rtsp', 'whep', 'google'] },
        url: { type: 'string', minLength: 1, maxLength: 2048 },
      },
      required: ['type'],
      additionalProperties: false,
    },
    is_enabled: { type: 'boolean' },
    is_persistent: { type: 'boolean' },
  },
  required: ['name'],
  additionalProperties: false,
} as const;

export type CameraUpdate = FromSchema<typeof CAMERA_UPDATE>;
export type CameraCreate = FromSchema<typeof CAMERA_CREATE>;

const STATUSES = ['unconfigured', 'disabled', 'dead', 'stopped', 'unavailable', 'starting', 'running'] as const;

const properties = {
  id,
  credentialId: { type: ['integer', 'null'], description: 'The credentials it came with; null for one of ours' },
  uid: { type: 'string', description: "Google's name of the device, or `bridge/<uuid>`" },
  room: { type: 'string' },
  name: { type: 'string' },
  checksum: { type: 'string', description: 'Hex SHA-256 of `uid`' },
  info: { type: ['object', 'null'], description: 'The device as Google describes it' },
  mtx_path: { ...textOrNull, description: 'Path of the stream in MediaMTX' },
  is_enabled: { type: 'boolean' },
  expires_at: { ...momentOrNull, description: 'When the stream must be extended' },
  createdAt: moment,
  updatedAt: moment,
  is_persistent: { type: 'boolean', description: 'Whether the stream is kept up while nobody reads it' },
  identified_as: {
    type: ['array', 'null'],
    items: { type: 'string' },
    description: 'The models of Nest cameras that it may be; null where none fits',
  },
  protocols: { ...textOrNull, description: '`WEB_RTC`, `RTSP` or both, joined by a comma' },
  resolution: { ...textOrNull, description: '`<width>x<height>`' },
  codecs_video: { type: 'string', description: 'Joined by commas' },
  codecs_audio: { type: 'string', description: 'Joined by commas' },
  status: { enum: STATUSES, description: '`dead` is the normal state of a camera that nobody watches' },
  process_id: { type: ['integer', 'null'] },
  stream_ready: { type: 'boolean' },
  stream_uptime: { ...momentOrNull, description: 'Since when the stream is ready: a moment, no duration' },
  stream_track_count: count,
  stream_consumer_count: count,
  stream_data_rx: { ...count, description: 'Bytes' },
  stream_data_tx: { ...count, description: 'Bytes' },
  url_rtsp_tcp: textOrNull,
  url_rtsp_udp_rtp: textOrNull,
  url_rtsp_udp_rtcp: textOrNull,
  url_rtmp: textOrNull,
  url_hls: textOrNull,
  url_hls_m3u8: textOrNull,
  url_web_rtc: textOrNull,
  url_srt: textOrNull,
  source: {
    type: 'object',
    properties: {
      type: { type: 'string' },
      url: { ...textOrNull, description: 'Without name, password and query' },
    },
    required: ['type', 'url'],
    additionalProperties: false,
  },
} as const;

/** Keys in wire order; the mixed casing is upstream's. `source` is ours and therefore last. */
export const CAMERA = {
  title: 'Camera',
  type: 'object',
  properties,
  required: Object.keys(properties) as (keyof typeof properties)[],
  additionalProperties: false,
} as const;

export type Camera = Readonly<FromSchema<typeof CAMERA>>;
export type CameraStatus = Camera['status'];
