/** Owns the events that a node tells, one row each, as its dialog has them, and what nodes of older versions become. Used at both ends. */

import { durationMs } from '../duration.ts';

export interface EventRow {
  readonly name: string;
  /** How long the thing must be in that state before it is told; nothing tells it at once. */
  readonly after: string;
  /** Only where the alarm that it ends was told. */
  readonly afterAlarm: boolean;
}

/** `none`: what happens from now on · `news`: also what was not told yet · `always`: all states, at each start. */
type AtStart = 'none' | 'news' | 'always';

/** Properties of the dialog, of version 2 or of version 1; a node that was never opened since keeps its version. */
export interface RowFields {
  readonly events: readonly (string | Partial<EventRow>)[];
  readonly atStart?: AtStart | '' | undefined;
  /** Whether alarms are told of cameras that are switched off. */
  readonly disabledToo?: boolean | undefined;
  /** Version 1: for all events alike. */
  readonly holdSeconds?: string | number | undefined;
  /** Version 1. */
  readonly tellState?: boolean | undefined;
}

export interface Rows {
  readonly rows: readonly EventRow[];
  readonly atStart: AtStart;
  readonly disabledToo: boolean;
}

const LONGEST_MS = 86_400_000;

export function rowsOf({ events, atStart, disabledToo, holdSeconds, tellState }: RowFields): Rows {
  const held = String(holdSeconds ?? '').trim();
  const isHeld = !/^0*$/.test(held);
  // Without any, all are told: the time that holds for all needs a row to stand in.
  const listed = events.length === 0 && isHeld ? ['+'] : events;
  const rows = listed.map((event) => {
    if (typeof event === 'string') return { name: event, after: isHeld ? held : '', afterAlarm: false };
    return { name: String(event.name ?? ''), after: String(event.after ?? ''), afterAlarm: event.afterAlarm === true };
  });
  return {
    rows,
    // A state that had to last was an alarm, and to repeat those at each deploy was a fault.
    atStart: atStart || (tellState ? (isHeld ? 'news' : 'always') : 'none'),
    disabledToo: atStart ? disabledToo === true : !isHeld,
  };
}

/** Of a row whose time was looked at before. */
export function afterMsOf({ after }: Pick<EventRow, 'after'>): number {
  return durationMs(after) ?? 0;
}

export function isAfter(text: unknown): boolean {
  const ms = durationMs(text);
  return ms !== undefined && ms <= LONGEST_MS;
}
