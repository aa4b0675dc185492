/** Owns what the wire shows and takes of rented MQTT instances. */

import type { FromSchema } from 'json-schema-to-ts';
import { moment, momentOrNull, textOrNull } from './fields.ts';

/** The published eight keys in the published order, and ours behind them. Over REST ours are shown when they are asked for. */
export const INSTANCE = {
  title: 'Instance',
  type: 'object',
  properties: {
    _id: { type: 'string', pattern: '^[0-9a-f]{24}$' },
    server: { type: 'string', description: 'Host of the broker' },
    user: {
      type: 'string',
      pattern: '^[A-Za-z0-9]{8}$',
      description: 'MQTT user name; `/<user>/#` and `<user>/#` are its own',
    },
    password: { type: 'string', description: 'MQTT password; empty in a list of everybody’s' },
    port: { type: 'string', pattern: '^[0-9]+$', description: 'Port of the broker: a text' },
    owner: { type: 'string', pattern: '^[0-9a-f]{24}$' },
    created_at: moment,
    __v: { const: 0 },
    label: textOrNull,
    enabled: { type: 'boolean' },
    expires_at: { ...momentOrNull, description: 'When it stops to be usable' },
    status: {
      enum: ['active', 'deleting'],
      description: '`deleting`: denied already, and being removed from the broker',
    },
    former_valid_until: { ...momentOrNull, description: 'How long the password before the last rotation counts' },
    home_assistant: { type: 'boolean', description: 'Whether it is shown in Home Assistant, as a device' },
    owner_name: { type: ['string', 'null'], description: 'Whose it is: in a list of everybody’s, and nowhere else' },
  },
  required: [
    '_id',
    'server',
    'user',
    'password',
    'port',
    'owner',
    'created_at',
    '__v',
    'label',
    'enabled',
    'expires_at',
    'status',
    'former_valid_until',
    'home_assistant',
  ],
  additionalProperties: false,
} as const;

export type Instance = Readonly<FromSchema<typeof INSTANCE>>;

export const INSTANCE_KEYS = ['_id', 'server', 'user', 'password', 'port', 'owner', 'created_at', '__v'] as const;
const changeable = {
  label: { type: ['string', 'null'], maxLength: 100 },
  enabled: { type: 'boolean' },
  /** ISO 8601 with a zone; null: never. */
  expires_at: {
    type: ['string', 'null'],
    pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?(Z|[+-]\\d\\d:\\d\\d)$',
  },
} as const;

export const INSTANCE_CREATE = {
  type: 'object',
  properties: { label: changeable.label, expires_at: changeable.expires_at },
  additionalProperties: false,
} as const;

/** What has gone with an instance. */
export const RECEIPT = {
  title: 'Receipt',
  type: 'object',
  properties: {
    kicked: { type: ['integer', 'string'], description: 'Connections that were ended, or `unknown`' },
    offlineDropped: { type: ['integer', 'string'], description: 'Sessions that waited for their clients' },
    retainedPurged: { type: ['integer', 'string'], description: 'Messages that the broker remembered' },
  },
  required: ['kicked', 'offlineDropped', 'retainedPurged'],
  additionalProperties: false,
} as const;

/** An omitted key stays unchanged; what cannot be changed is refused, not ignored. */
export const INSTANCE_UPDATE = {
  type: 'object',
  properties: { ...changeable, home_assistant: { type: 'boolean' } },
  additionalProperties: false,
} as const;

const MAX_OVERLAP_SECONDS = 604_800;
export const DEFAULT_OVERLAP_SECONDS = 3600;

export const INSTANCE_ROTATE = {
  type: 'object',
  properties: { overlap_seconds: { type: 'integer', minimum: 0, maximum: MAX_OVERLAP_SECONDS } },
  additionalProperties: false,
} as const;

/** What the module takes: over REST `rotate` and `disconnect` have addresses of their own. */
export const INSTANCE_ACT = {
  ...INSTANCE_UPDATE,
  properties: {
    ...INSTANCE_UPDATE.properties,
    action: { enum: ['rotate', 'disconnect'] },
    ...INSTANCE_ROTATE.properties,
  },
} as const;

export type InstanceAct = FromSchema<typeof INSTANCE_ACT>;
export type Receipt = Readonly<FromSchema<typeof RECEIPT>>;
export type InstanceCreate = FromSchema<typeof INSTANCE_CREATE>;
export type InstanceUpdate = FromSchema<typeof INSTANCE_UPDATE>;
export type InstanceRotate = FromSchema<typeof INSTANCE_ROTATE>;
