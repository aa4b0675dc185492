/** Owns the events of the API: which exist, and the body one has on the wire (contract 1.5, 2.6, 3.4). */

import type { FromSchema } from 'json-schema-to-ts';
import { count, moment, momentOrNull, textOrNull } from './entities/fields.ts';

export const EVENTS = {
  camera: [
    'demand',
    'unDemand',
    'ready',
    'notReady',
    'read',
    'unread',
    'extended',
    'failed-extension',
    'stalled',
    'offline',
    'online',
    'motion',
    'person',
    'sound',
    'chime',
    'created',
    'updated',
    'removed',
  ],
  credentials: ['authenticated', 'reauthenticated', 'unauthenticated'],
  source: ['offline', 'online'],
  logins: ['failed'],
} as const;

/** What a camera itself notices: they tell of a moment, and change nothing. */
export const NOTICED_EVENTS = ['motion', 'person', 'sound', 'chime'] as const;

export type NoticedEvent = (typeof NOTICED_EVENTS)[number];

/** Those that upstream does not have (N-44). */
export const OWN_EVENTS: readonly string[] = [
  'stalled',
  'offline',
  'online',
  'motion',
  'person',
  'sound',
  'chime',
  'created',
  'updated',
  'removed',
  'failed',
];

export type EventDomain = keyof typeof EVENTS;
export type CameraEventName = (typeof EVENTS)['camera'][number];
export type CredentialsEventName = (typeof EVENTS)['credentials'][number];
type LoginsEventName = (typeof EVENTS)['logins'][number];
type SourceEventName = (typeof EVENTS)['source'][number];

interface EventFields {
  /** Numeric id; null where the event belongs to no known entity. */
  readonly entity: number | null;
  readonly details: Readonly<Record<string, unknown>>;
  /** ISO 8601, UTC, milliseconds: when it was observed. */
  readonly at: string;
}

export type BridgeEvent =
  | ({ readonly domain: 'camera'; readonly event: CameraEventName } & EventFields)
  | ({ readonly domain: 'credentials'; readonly event: CredentialsEventName } & EventFields)
  | ({ readonly domain: 'source'; readonly event: SourceEventName } & EventFields)
  | ({ readonly domain: 'logins'; readonly event: LoginsEventName } & EventFields);

/** The MQTT body; an unknown entity is the string `"null"` there (N-42). */
export function encodeEvent(event: BridgeEvent): string {
  return encodeAs(event.event, event);
}

/** Upstream documents one event under another name than it sends (contract 2.6, N-41). */
export const MISSPELT: ReadonlyMap<string, string> = new Map([['unDemand', 'undemand']]);

/** The body where upstream sends the event under the name that it does not document. */
export function encodeMisspelt(event: BridgeEvent): string {
  return encodeAs(MISSPELT.get(event.event) ?? event.event, event);
}

function encodeAs(event: string, { domain, entity, details, at }: BridgeEvent): string {
  return JSON.stringify({ domain, event, entity: entity ?? 'null', details, at });
}

/** The documented name of an event: upstream emits `undemand` where it documents `unDemand` (N-41). */
export function canonicalEventName(name: string): string {
  return name === 'undemand' ? 'unDemand' : name;
}

/** The retained truth for late subscribers, on `<base>/state/camera/<id>` (N-45). */
export const CAMERA_STATE = {
  title: 'CameraState',
  type: 'object',
  properties: {
    ready: { type: 'boolean', description: 'Whether the feed can be read' },
    demanded: { type: 'boolean', description: 'Whether somebody asked for it' },
    readers: count,
    since: { ...momentOrNull, description: 'When `ready` last changed; null before the first observation' },
    reason: { ...textOrNull, description: 'Why something is wrong; null while nothing is, and idle is nothing wrong' },
    path: textOrNull,
    seq: { ...count, description: 'Rises by at least one with every change, over restarts too' },
    online: { type: ['boolean', 'null'], description: 'Whether the camera can be reached; null while nothing tells' },
    enabled: { type: 'boolean', description: 'Whether the camera is switched on' },
    quietUntil: { ...moment, description: 'Until then no alarm shall ring; absent while they may' },
  },
  required: ['ready', 'demanded', 'readers', 'since', 'reason', 'path', 'seq', 'online', 'enabled'],
  additionalProperties: false,
} as const;

export type CameraState = Readonly<FromSchema<typeof CAMERA_STATE>>;

/** The retained mark of the service itself, on `<base>/state/last-event`. */
export const LAST_EVENT = {
  title: 'LastEvent',
  type: 'object',
  properties: {
    number: { ...count, description: 'Rises with every event, over restarts too' },
    at: { ...moment, description: 'When it was observed' },
  },
  required: ['number', 'at'],
  additionalProperties: false,
} as const;

export type LastEvent = Readonly<FromSchema<typeof LAST_EVENT>>;
