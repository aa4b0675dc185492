/** Owns a log that a test can read. */

import type { Log } from '../../src/core/ports.ts';

export interface KeptLog extends Log {
  readonly lines: { level: string; message: string; fields: object }[];
}

export function keptLog(): KeptLog {
  const lines: KeptLog['lines'] = [];
  const keep = (level: string) => (fields: object, message: string) => lines.push({ level, message, fields });
  const log: KeptLog = {
    lines,
    debug: keep('debug'),
    info: keep('info'),
    warn: keep('warn'),
    error: keep('error'),
    child: () => log,
  };
  return log;
}
