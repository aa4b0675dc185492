/** Owns the lines of the log in this page: those that there were, those that come, and which of them are meant. */

import { signal } from '@preact/signals';
import type { LogLines } from '../../../../protocol/entities/system/service.ts';

export type Line = LogLines['lines'][number];

/** More would only make the page slow. */
const MAX_LINES = 1000;
const SEVERITIES: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
/** As the live log gives them. */
const NUMBERS: ReadonlyMap<unknown, string> = new Map(SEVERITIES.map((level, at) => [(at + 1) * 10, level]));
/** What stands in a line of its own, or says nothing. */
const OWN = ['time', 'level', 'msg', 'timestamp', 'pid', 'hostname', 'service'];

/** The oldest first. */
export const lines = signal<readonly Line[]>([]);

export function showLines(known: readonly Line[]): void {
  lines.value = known.slice(-MAX_LINES);
}

/** As NestMTX documents it on Socket.IO: the time in `timestamp`, the level as a number. */
export function addLine(told: Readonly<Record<string, unknown>>): void {
  const { timestamp, level, msg } = told;
  const line: Line = {
    ...told,
    time: String(timestamp),
    level: NUMBERS.get(level) ?? 'info',
    ...(typeof msg === 'string' ? { msg } : {}),
  };
  lines.value = [...lines.peek(), line].slice(-MAX_LINES);
}

export function isMeant(line: Line, least: string, search: string): boolean {
  const isSevere = severityOf(line.level) >= severityOf(least);
  return (
    isSevere && `${line.msg ?? ''}\n${restOf(line).join('\n')}`.toLowerCase().includes(search.trim().toLowerCase())
  );
}

/** What else the line holds, each by itself: what is in one must not turn the others round. */
export function restOf(line: Line): readonly string[] {
  const rest = Object.entries(line).filter(([key]) => !OWN.includes(key));
  return rest.map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
}

function severityOf(level: string): number {
  return SEVERITIES.indexOf(level);
}
