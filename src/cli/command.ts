/** Owns the form of a command: what help, completion and the parser know of it, and what it gets to run. */

import type { Io } from './io.ts';
import type { Program } from './program.ts';

export interface Command {
  readonly name: string;
  /** One sentence without a full stop. */
  readonly summary: string;
  /** What follows the program's name, one line for each form. */
  readonly usage: readonly string[];
  /** Further lines of the help. */
  readonly notes?: readonly string[];
  /** Lines to copy, without the program's name, and what they do. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  readonly options?: Readonly<Record<string, Option>>;
  /** What can stand at each place after the command's name, for completion; an empty list where anything can. */
  readonly words?: readonly (readonly string[])[];
  /** Resolves with the exit code. */
  run(context: Context): Promise<number>;
}

export interface Option {
  /** Name of its value in the help; without one it is a flag. */
  readonly value?: string;
  readonly description: string;
}

export interface Context {
  readonly io: Io;
  readonly program: Program;
  readonly args: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly json: boolean;
}

export const GLOBAL_OPTIONS: Readonly<Record<string, Option>> = {
  url: { value: 'URL', description: 'Service to talk to, in place of NESTMTX_BRIDGE_URL or the one on this machine' },
  token: { value: 'TOKEN', description: 'Token to send; NESTMTX_BRIDGE_TOKEN keeps it out of the process list' },
  json: { description: 'Print JSON on one line, errors too' },
  help: { description: 'Show the help of the command' },
};
