/**
 * Owns the form of one row of the differential: a request, what NestMTX answers to it by the contract, and what we answer where that is
 * something else, with the row of the table in docs/protocol.md that says so.
 */

import type { ErrorCode } from '../../../src/protocol/errors.ts';
import type { Command } from '../../../src/protocol/verbs.ts';

/** A text such as `{camera}` stands for something of the scene, `{#camera}` for its number (scene.ts). */
export interface Request {
  readonly command: Command;
  readonly module: string;
  readonly entity?: string;
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** `stranger` has a token that nobody has given out. */
export type Who = 'admin' | 'user' | 'nobody' | 'stranger';

export type DoorName = 'MQTT' | 'Socket.IO' | 'HTTP JSON' | 'HTTP form' | 'HTTP query';

/** Of a value the keys that NestMTX has: ours may have more. `undefined` is an empty answer. */
export type Expected = { readonly value: unknown } | { readonly message: string; readonly code: ErrorCode };

export interface Case {
  readonly what: string;
  /** The administrator when absent. */
  readonly as?: Who;
  /** What somebody does before, as the administrator. */
  readonly before?: readonly Request[];
  readonly request: Request;
  /** What is asked afterwards: then that answer is compared. */
  readonly after?: Request;
  readonly there: Expected;
  readonly here?: { readonly row: string; readonly is: Expected };
  /** All that can carry the request when absent. */
  readonly doors?: readonly DoorName[];
}

export const DIRECT: readonly DoorName[] = ['MQTT', 'Socket.IO'];
export const HTTP: readonly DoorName[] = ['HTTP JSON', 'HTTP form', 'HTTP query'];

export const EMPTY: Expected = { value: undefined };

export function value(is: unknown): Expected {
  return { value: is };
}

/** @param code additive: NestMTX has none */
export function refused(message: string, code: ErrorCode): Expected {
  return { message, code };
}

/** The shape of what we answer instead. */
export function but(row: string, is: Expected): Required<Pick<Case, 'here'>>['here'] {
  return { row, is };
}

/** The verbs of the modules that NestMTX has (contract 1.6, 2.7). */
export const MODULES: Readonly<Record<string, { readonly isOpen: boolean; readonly verbs: readonly Command[] }>> = {
  auth: { isOpen: true, verbs: ['create'] },
  cameras: { isOpen: false, verbs: ['list', 'read', 'update'] },
  credentials: { isOpen: false, verbs: ['list', 'create', 'read', 'update', 'delete'] },
  cronjobs: { isOpen: false, verbs: ['list', 'update'] },
  health: { isOpen: true, verbs: ['list'] },
  htop: { isOpen: false, verbs: ['list', 'update'] },
  swagger: { isOpen: true, verbs: ['list'] },
  users: { isOpen: false, verbs: ['list', 'create', 'read', 'update', 'delete'] },
  version: { isOpen: true, verbs: ['list'] },
};
