/** Owns what the wire shows of the machine and of the parts of the service, and how a part is told what to do (contract 2.7). */

import type { FromSchema } from 'json-schema-to-ts';
import { count, momentOrNull } from './fields.ts';

export const PROCESS_ACTIONS = ['start', 'stop', 'restart'] as const;
export type ProcessAction = (typeof PROCESS_ACTIONS)[number];

/** Any text is let through: the module refuses an unknown action in upstream's words. */
export const HTOP_UPDATE = {
  type: 'object',
  properties: { action: { type: 'string', description: 'start, stop or restart' } },
  required: ['action'],
  additionalProperties: false,
} as const;

export type HtopUpdate = FromSchema<typeof HTOP_UPDATE>;

const percent = { type: 'number', minimum: 0 } as const;
const bytes = { type: 'integer', minimum: 0, description: 'Bytes' } as const;

const CPU = {
  title: 'Cpu',
  type: 'object',
  description: "Shares of one core's time since the machine started, in percent",
  properties: {
    cpu: { type: 'integer', minimum: 1 },
    user: percent,
    nice: percent,
    sys: percent,
    idle: percent,
    irq: percent,
  },
  required: ['cpu', 'user', 'nice', 'sys', 'idle', 'irq'],
  additionalProperties: false,
} as const;

const MEMORY = {
  title: 'Memory',
  type: 'object',
  properties: { total: bytes, used: bytes },
  required: ['total', 'used'],
  additionalProperties: false,
} as const;

const PROCESS = {
  title: 'Process',
  type: 'object',
  description: 'The figures are null for a part that is stopped, or that is no process of its own',
  properties: {
    name: { type: 'string' },
    pid: { type: ['integer', 'null'] },
    cpu: { type: ['number', 'null'], description: 'Percent of one core' },
    memory: { type: ['integer', 'null'], description: 'Resident, in bytes' },
    uptime: { type: ['number', 'null'], description: 'Milliseconds' },
  },
  required: ['name', 'pid', 'cpu', 'memory', 'uptime'],
  additionalProperties: false,
} as const;

const MEDIA_PATH = {
  title: 'MediaPath',
  type: 'object',
  properties: {
    path: { type: 'string' },
    src: { type: 'string', description: 'Kind of the source, e.g. `rtspSession`; empty without one' },
    ready: { type: 'boolean' },
    uptime: { ...momentOrNull, description: 'Since when it is ready: a moment, no duration' },
    tracks: count,
    dataRx: bytes,
    dataTx: bytes,
    consumers: count,
  },
  required: ['path', 'src', 'ready', 'uptime', 'tracks', 'dataRx', 'dataTx', 'consumers'],
  additionalProperties: false,
} as const;

export const HTOP = {
  title: 'Htop',
  type: 'object',
  properties: {
    cpu: { type: 'array', items: CPU },
    memory: MEMORY,
    processes: { type: 'array', items: PROCESS },
    paths: { type: 'array', items: MEDIA_PATH },
  },
  required: ['cpu', 'memory', 'processes', 'paths'],
  additionalProperties: false,
} as const;

export const HTOP_DONE = { type: 'object', description: 'Empty', additionalProperties: false } as const;

export type CpuInfo = Readonly<FromSchema<typeof CPU>>;
export type MemoryInfo = Readonly<FromSchema<typeof MEMORY>>;
export type ProcessInfo = Readonly<FromSchema<typeof PROCESS>>;
export type PathInfo = Readonly<FromSchema<typeof MEDIA_PATH>>;

export interface Htop {
  readonly cpu: readonly CpuInfo[];
  readonly memory: MemoryInfo;
  readonly processes: readonly ProcessInfo[];
  readonly paths: readonly PathInfo[];
}
