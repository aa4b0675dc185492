/** Owns how a command fails: the exit code, the words, and what to do about it. */

import { ConfigError } from '../config/config-error.ts';
import { ApiError } from '../protocol/api-error.ts';
import { ERRORS, type ErrorCode } from '../protocol/errors.ts';
import type { Io } from './io.ts';

/** 1 refused or failed · 2 usage or configuration · 3 service not reachable */
export type ExitCode = 1 | 2 | 3;

export class Failure extends Error {
  readonly exitCode: ExitCode;
  /** What the user can do, in one sentence. */
  readonly cure: string | undefined;

  constructor(exitCode: ExitCode, message: string, cure?: string) {
    super(message);
    this.name = 'Failure';
    this.exitCode = exitCode;
    this.cure = cure;
  }
}

export function usageFailure(message: string, command?: string): Failure {
  return new Failure(2, message, `Run nestmtx-bridge help${command === undefined ? '' : ` ${command}`}.`);
}

/** Tells on stderr what went wrong; returns the exit code. */
export function report(thrown: unknown, io: Pick<Io, 'stderr'>, json: boolean): ExitCode {
  const told = tell(thrown);
  if (json) {
    const { exitCode, ...error } = told;
    // Programs get the violations and the echo, as every transport gives them, and not the words for people.
    const wire = thrown instanceof ApiError ? { details: thrown.details, context: thrown.context } : {};
    io.stderr.write(`${JSON.stringify({ error: { ...error, ...wire } })}\n`);
    return exitCode;
  }
  const { message, code, details, cure } = told;
  const lines = [`error: ${message}${code === undefined ? '' : ` (${code})`}`, ...details];
  if (cure !== undefined) lines.push(cure);
  io.stderr.write(`${lines.join('\n  ')}\n`);
  return told.exitCode;
}

interface Told {
  readonly exitCode: ExitCode;
  readonly message: string;
  readonly code: ErrorCode | undefined;
  readonly details: readonly string[];
  readonly cure: string | undefined;
}

/** The catalogue speaks to who writes requests; these speak to who types commands. */
const CURES: Partial<Readonly<Record<ErrorCode, string>>> = {
  unauthorized: 'Run nestmtx-bridge login, or give another token with --token or NESTMTX_BRIDGE_TOKEN.',
};

/** Whoever says why something is not available says in the same words what to do. */
function cureOf(code: ErrorCode, message: string): string | undefined {
  if (code === 'unavailable' && message !== ERRORS.unavailable.message) return undefined;
  return CURES[code] ?? ERRORS[code].cure;
}

function tell(thrown: unknown): Told {
  if (thrown instanceof Failure) {
    const { exitCode, message, cure } = thrown;
    return { exitCode, message, code: undefined, details: [], cure };
  }
  if (thrown instanceof ConfigError) {
    const details = thrown.problems.length > 1 ? thrown.message.split('\n') : [];
    const message = details.length > 0 ? 'the configuration is wrong' : thrown.message;
    return { exitCode: 2, message, code: undefined, details, cure: 'docs/configuration.md lists every setting.' };
  }
  if (thrown instanceof ApiError) {
    const { code, message } = thrown;
    const details = thrown.details.map((detail) => detail.message).filter((words) => words !== message);
    return { exitCode: 1, message, code, details, cure: cureOf(code, message) };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { exitCode: 1, message, code: undefined, details: [], cure: undefined };
}
