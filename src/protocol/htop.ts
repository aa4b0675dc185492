/** Owns what the wire shows of the machine and of the parts of the service, and how a part is told what to do (contract 2.7). */

import type { FromSchema } from 'json-schema-to-ts';

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

/** Shares of one core's time since the machine started, in percent. */
export interface CpuInfo {
  /** From 1. */
  readonly cpu: number;
  readonly user: number;
  readonly nice: number;
  readonly sys: number;
  readonly idle: number;
  readonly irq: number;
}

/** In bytes. */
export interface MemoryInfo {
  readonly total: number;
  readonly used: number;
}

/** The figures are null for a part that is stopped, or that is no process of its own. */
export interface ProcessInfo {
  readonly name: string;
  readonly pid: number | null;
  /** Percent of one core. */
  readonly cpu: number | null;
  /** Resident, in bytes. */
  readonly memory: number | null;
  /** Milliseconds. */
  readonly uptime: number | null;
}

export interface PathInfo {
  readonly path: string;
  /** Kind of the source, e.g. `rtspSession`; empty without one. */
  readonly src: string;
  readonly ready: boolean;
  /** Since when it is ready: ISO 8601, no duration. */
  readonly uptime: string | null;
  readonly tracks: number;
  /** Bytes. */
  readonly dataRx: number;
  readonly dataTx: number;
  readonly consumers: number;
}

export interface Htop {
  readonly cpu: readonly CpuInfo[];
  readonly memory: MemoryInfo;
  readonly processes: readonly ProcessInfo[];
  readonly paths: readonly PathInfo[];
}
