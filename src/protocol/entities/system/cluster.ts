/** Owns what the wire shows of a cluster: which bridges live and what each of them does, and how it is with the log that they share. */

import type { FromSchema } from 'json-schema-to-ts';
import { count, textOrNull } from '../fields.ts';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

const bridge = {
  bridge: { ...text, description: 'Host and process; another one after each start', examples: ['alpha/1f0c2a9b'] },
  isThis: { ...flag, description: 'Whether it has answered this request' },
  isLeading: flag,
  holds: { type: 'array', items: text, description: 'The sources of cameras that it sees, and projects at Google' },
  entry: { ...count, description: 'How far it has the log' },
  behind: { ...count, description: 'Entries that it has yet to hear' },
} as const;

const server = {
  name: text,
  role: { enum: ['leader', 'follower'] },
  isCurrent: { type: ['boolean', 'null'], description: 'Whether it has everything; null while it is away' },
} as const;

const log = {
  first: { ...count, description: 'The oldest entry that is kept' },
  last: count,
  bytes: count,
} as const;

const properties = {
  name: { ...textOrNull, description: 'Null for a bridge that stands alone' },
  bridges: {
    type: 'array',
    items: { type: 'object', properties: bridge, required: keysOf(bridge), additionalProperties: false },
  },
  servers: {
    type: 'array',
    description:
      'The NATS servers that keep the log; empty while they have no majority, or this bridge does not reach it',
    items: { type: 'object', properties: server, required: keysOf(server), additionalProperties: false },
  },
  log: { type: ['object', 'null'], properties: log, required: keysOf(log), additionalProperties: false },
} as const;

export const CLUSTER = {
  title: 'Cluster',
  type: 'object',
  properties,
  required: keysOf(properties),
  additionalProperties: false,
} as const;

export type ClusterInfo = Readonly<FromSchema<typeof CLUSTER>>;

function keysOf<T extends object>(properties: T) {
  return Object.keys(properties) as (keyof T)[];
}
