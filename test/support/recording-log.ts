/** Owns a log that tests can read: every line as level, message and all fields, those of its parents included. */

import type { Log } from '../../src/core/ports.ts';

interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface RecordingLog extends Log {
  readonly lines: readonly LogLine[];
  /** From `info` up: what an operator sees. */
  visible(): string[];
}

export function recordingLog(): RecordingLog {
  const lines: LogLine[] = [];
  const visible = () =>
    lines.filter(({ level }) => level !== 'debug').map(({ level, message }) => `${level}: ${message}`);
  return { ...logInto(lines, {}), lines, visible };
}

function logInto(lines: LogLine[], inherited: object): Log {
  const write = (level: LogLine['level']) => (fields: object, message: string) => {
    lines.push({ level, message, fields: { ...inherited, ...fields } });
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => logInto(lines, { ...inherited, ...fields }),
  };
}
