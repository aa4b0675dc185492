/** Owns what the command line needs from outside: texts in and out, files, HTTP, time, ports. Tests bring their own. */

import type { Clock } from '../core/ports.ts';

export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Results. */
  readonly stdout: Output;
  /** Questions, notes and errors. */
  readonly stderr: Output;
  readonly stdin: Input;
  readonly fetch: typeof fetch;
  readonly clock: Pick<Clock, 'after'>;
  readonly files: Files;
  /** Home directory of the user. */
  readonly home: string;
  /** As `process.version`. */
  readonly nodeVersion: string;
  /** Whether a server could listen there: `free`, or the system's code such as `EADDRINUSE`. */
  probePort(host: string, port: number): Promise<string>;
}

interface Output {
  write(text: string): void;
}

export interface Input {
  /** Whether somebody sits there. */
  readonly isTTY: boolean;
  /** All of it, until its end. */
  readAll(): Promise<string>;
  /** One line; `hidden` shows nothing of what is typed. Rejects when the user cancels. */
  ask(question: string, options?: { readonly hidden?: boolean }): Promise<string>;
}

export interface Files {
  /** Undefined when there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** Mode 0600, in a directory of mode 0700 if that is new; the old text or the new one, never a part. */
  writePrivate(path: string, text: string): Promise<void>;
  /** Without complaint when there is none. */
  remove(path: string): Promise<void>;
  /** Undefined when a file can be written in the directory, which need not exist yet; else the system's code. */
  directoryFault(path: string): Promise<string | undefined>;
}
