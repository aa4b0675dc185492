/** Owns what the wire shows of the service as a process, its latest log lines, and what can be done to it. */

import type { FromSchema } from 'json-schema-to-ts';
import { moment, textOrNull } from '../fields.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const text = { type: 'string' } as const;

const properties = {
  version: text,
  mode: { enum: ['serve', 'follow'] },
  platform: { ...text, description: 'System, processor and version of Node.js' },
  startedAt: moment,
  logLevel: { ...text, description: 'The least severe level that is logged' },
  canRestart: { type: 'boolean', description: 'Whether it can start itself again' },
  baseTopic: { ...text, description: 'First levels of every topic' },
  httpPort: { type: 'integer', description: '0 until it listens' },
  mqttPort: { type: 'integer', description: 'Of the embedded broker; 0 where there is none' },
  broker: {
    enum: ['embedded', 'settings', 'home-assistant'],
    description: 'Which broker it works with: its own, one that the settings name, or one that Home Assistant knows',
  },
  brokerAddress: {
    ...textOrNull,
    description: 'Of a broker that is not its own, such as mqtt://core-mosquitto:1883; null while nobody knows it',
  },
} as const;

export const SERVICE = {
  title: 'Service',
  type: 'object',
  properties,
  required: Object.keys(properties) as (keyof typeof properties)[],
  additionalProperties: false,
} as const;

export const LOG_LINES = {
  title: 'LogLines',
  type: 'object',
  properties: {
    lines: {
      type: 'array',
      description: 'The latest, the oldest first, without secrets',
      items: {
        title: 'LogLine',
        type: 'object',
        properties: { time: moment, level: text, msg: text },
        required: ['time', 'level'],
      },
    },
  },
  required: ['lines'],
  additionalProperties: false,
} as const;

/** Of the entity `log` the level, of `process` the action. */
export const SERVICE_UPDATE = {
  type: 'object',
  properties: { level: { enum: LOG_LEVELS }, action: { enum: ['restart'] } },
  additionalProperties: false,
} as const;

export type Service = Readonly<FromSchema<typeof SERVICE>>;
export type LogLines = Readonly<FromSchema<typeof LOG_LINES>>;
export type ServiceUpdate = FromSchema<typeof SERVICE_UPDATE>;
