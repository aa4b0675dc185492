/** Owns what the wire shows and takes of cameras (contract 2.7, N-34 to N-36, N-39a). */

import type { FromSchema } from 'json-schema-to-ts';
import { count, id, moment, momentOrNull, textOrNull } from './fields.ts';
import { UPTIME } from './outage.ts';

/** What MediaMTX takes in some version: no reserved name, no expression, nothing that climbs out of an address. */
const SEGMENT = '(?!\\.{1,2}(?:/|$))[A-Za-z0-9\\-._~:]+';
export const MTX_PATH_PATTERN = `^(?!~|all(?:_others)?$)${SEGMENT}(?:/${SEGMENT})*$`;
const mtxPath = {
  type: ['string', 'null'],
  pattern: MTX_PATH_PATTERN,
  maxLength: 255,
  description: 'Path of the stream in MediaMTX',
  examples: ['live/door'],
} as const;

/** At least one letter that can be seen, and no line break. */
export const CAMERA_NAME = {
  type: 'string',
  minLength: 1,
  maxLength: 255,
  pattern: '^[^\\u0000-\\u001F\\u007F]*[^\\s\\u0000-\\u001F\\u007F][^\\u0000-\\u001F\\u007F]*$',
  examples: ['Door'],
} as const;
const room = { type: 'string', minLength: 1, maxLength: 255 } as const;

export const CAMERA_ACTIONS = ['restart', 'stop', 'start', 'probe', 'snapshot'] as const;
export type CameraAction = (typeof CAMERA_ACTIONS)[number];
/** What is done to a stream, or asked of it. */
export type StreamAction = Exclude<CameraAction, 'snapshot'>;

export const CAMERA_SOURCE_TYPES = [
  'publisher',
  'rtsp',
  'rtmp',
  'hls',
  'srt',
  'udp',
  'whep',
  'google',
  'go2rtc',
] as const;
export type CameraSourceType = (typeof CAMERA_SOURCE_TYPES)[number];

const CAMERA_EXPECTATIONS = ['always', 'on-demand'] as const;
export type CameraExpectation = (typeof CAMERA_EXPECTATIONS)[number];

export const RTSP_TRANSPORTS = ['automatic', 'udp', 'multicast', 'tcp'] as const;
export type RtspTransport = (typeof RTSP_TRANSPORTS)[number];

const source = {
  type: 'object',
  properties: {
    type: { enum: CAMERA_SOURCE_TYPES },
    url: { type: ['string', 'null'], minLength: 1, maxLength: 2048 },
    stream: {
      type: ['string', 'null'],
      minLength: 1,
      maxLength: 255,
      description: 'Its name in go2rtc',
      examples: ['door'],
    },
    transport: {
      type: ['string', 'null'],
      enum: [...RTSP_TRANSPORTS, null],
      description: 'How RTSP is carried; absent or null: as MediaMTX is set up',
    },
    fingerprint: {
      type: ['string', 'null'],
      pattern: '^[0-9A-Fa-f]{64}$',
      description: "SHA-256 of the camera's own certificate, in hex: then that one is trusted",
      examples: ['33949e05fffb5ff3e8aa16f8213a6251b4d9363804ba53233c4da9a46d6f2739'],
    },
  },
  required: ['type'],
  additionalProperties: false,
} as const;

const expected = {
  type: ['string', 'null'],
  enum: [...CAMERA_EXPECTATIONS, null],
  description: 'When the feed should be there; null: it follows from how it comes',
} as const;
const probe = { type: 'boolean', description: 'Whether the camera may be looked at while nobody watches it' } as const;
const snapshots = {
  type: ['boolean', 'null'],
  description: 'Whether its picture is published, for all who may read there; null: as SNAPSHOT_TOPICS says',
} as const;
const snapshotInterval = {
  type: ['integer', 'null'],
  minimum: 10,
  maximum: 86_400,
  description:
    'Seconds after which a published picture is renewed; null: when the feed becomes ready, or somebody asks',
} as const;

export const CAMERA_UPDATE = {
  type: 'object',
  properties: {
    name: { ...CAMERA_NAME, description: 'Ours; the name of a camera from Google is set at Google' },
    source,
    mtx_path: mtxPath,
    is_enabled: { type: 'boolean' },
    is_persistent: { type: 'boolean' },
    room: { ...room, description: 'Ours; the room of a camera from Google is set at Google' },
    expected,
    probe,
    snapshots,
    snapshotInterval,
    quietUntil: {
      type: ['string', 'null'],
      pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?(?:Z|[+-]\\d\\d:\\d\\d)$',
      description: 'Until then no alarm shall ring; null ends it. With the entity `all`: of all cameras',
      examples: ['2026-11-21T18:00:00Z'],
    },
    /** Any text is let through: the module refuses an unknown action in the words that htop has for it. */
    action: {
      type: 'string',
      description:
        'restart, stop, start or probe: what to do with the stream, after the changes; or snapshot: renew the picture',
    },
  },
  additionalProperties: false,
} as const;

export const CAMERA_CREATE = {
  type: 'object',
  properties: {
    name: CAMERA_NAME,
    room,
    mtx_path: mtxPath,
    source,
    is_enabled: { type: 'boolean' },
    is_persistent: { type: 'boolean' },
    expected,
    probe,
    snapshots,
    snapshotInterval,
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
      url: { ...textOrNull, description: 'Without name, password and query; null for whoever is no administrator' },
      stream: { ...textOrNull, description: 'Its name in go2rtc; null where it does not come from there' },
      transport: { ...textOrNull, description: 'How RTSP is carried; null: as MediaMTX is set up' },
      fingerprint: { ...textOrNull, description: "SHA-256 of the camera's own certificate; null where none is given" },
    },
    required: ['type', 'url', 'stream', 'transport', 'fingerprint'],
    additionalProperties: false,
  },
  online: { type: ['boolean', 'null'], description: 'Whether the camera can be reached; null while nothing tells' },
  reason: { ...textOrNull, description: 'Why something is wrong; null while nothing is' },
  expected,
  probe,
  quietUntil: { ...momentOrNull, description: 'Until then no alarm shall ring' },
  snapshots,
  snapshotInterval,
  uptime: { ...UPTIME, description: 'For how long it was up, down, and seen by nobody, in the time that ends now' },
} as const;

/** Keys in wire order; the mixed casing is upstream's. Those from `source` on are ours and therefore last. */
export const CAMERA = {
  title: 'Camera',
  type: 'object',
  properties,
  required: Object.keys(properties) as (keyof typeof properties)[],
  additionalProperties: false,
} as const;

export type Camera = Readonly<FromSchema<typeof CAMERA>>;
export type CameraStatus = Camera['status'];

/**
 * A path of MediaMTX or a stream of go2rtc that is no camera yet: `cameras.create` makes it one, with its `mtx_path`, or with a source of
 * the type `go2rtc` and its `stream`.
 */
const ADOPTABLE = {
  title: 'AdoptablePath',
  type: 'object',
  properties: {
    mtx_path: { ...textOrNull, description: 'Its path in MediaMTX', examples: ['live/door'] },
    stream: { ...textOrNull, description: 'Its name in go2rtc; of the two one is null' },
    stream_ready: { type: 'boolean' },
    source: {
      type: 'string',
      description: 'What feeds it, in the words of whoever carries it; empty while nothing does',
    },
  },
  required: ['mtx_path', 'stream', 'stream_ready', 'source'],
  additionalProperties: false,
} as const;

export type Adoptable = Readonly<FromSchema<typeof ADOPTABLE>>;

/** What a list of cameras has for its items: paths where `adoptable` asks for them. */
export const LISTED_CAMERA = { title: 'ListedCamera', anyOf: [CAMERA, ADOPTABLE] } as const;
