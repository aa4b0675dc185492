/** Owns how a password reaches a command: by a variable, by a pipe, or typed unseen; never as an argument, which others can read. */

import { Failure } from './failure.ts';
import type { Io } from './io.ts';

export interface PasswordQuestion {
  readonly question: string;
  /** The variable that may hold it instead. */
  readonly variable: string;
  /** Ask twice, as for a password that does not exist yet. */
  readonly isNew?: boolean;
}

/** @throws Failure when none was given, or the two differ */
export async function readPassword(io: Io, { question, variable, isNew = false }: PasswordQuestion): Promise<string> {
  const fromEnv = io.env[variable];
  if (fromEnv) return fromEnv;
  const password = io.stdin.isTTY
    ? await io.stdin.ask(question, { hidden: true })
    : firstLine(await io.stdin.readAll());
  if (password === '') throw new Failure(2, 'no password was given', `Type it, pipe it in, or set ${variable}.`);
  if (isNew && io.stdin.isTTY && (await io.stdin.ask('The same again: ', { hidden: true })) !== password) {
    throw new Failure(2, 'the two passwords differ');
  }
  return password;
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? '';
}
