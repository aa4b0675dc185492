/** Owns what is remembered of a stream from one look to the next, and what that says: whether media comes, stands still, or is absent. Pure. */

import type { Connection, StreamReport } from './report.ts';

export interface StreamMemory {
  readonly producers: readonly Connection[];
  /** Who brought the feed last. */
  readonly source: Connection | undefined;
  /** When bytes were last seen to flow. */
  readonly flowedAtMs: number;
  /** Bytes of those who are there now were seen to flow: what was there at our first look may have been lost long before. */
  readonly isProven: boolean;
  readonly isFrozen: boolean;
  /** Since when go2rtc lists no such stream; undefined while it does. */
  readonly absentSinceMs: number | undefined;
  readonly lookedAtMs: number;
}

export interface Sight {
  /** Undefined: go2rtc has no such stream. */
  readonly report: StreamReport | undefined;
  /** go2rtc was started anew since the look before: no connection is the one it was. */
  readonly isRestarted: boolean;
  readonly atMs: number;
}

const STALL_MS = 30_000;
/** go2rtc goes on to show a source that it has lost while somebody watches: only its bytes stand still. */
const STILL_MS = 4000;
/** While go2rtc starts, its list is empty for a moment. */
const ABSENT_MS = 5000;

/** @param wasStalled what was known before our own start: a stall lasts until something flows */
export function remember(before: StreamMemory | undefined, wasStalled: boolean, sight: Sight): StreamMemory {
  const { report, isRestarted, atMs } = sight;
  const producers = report?.producers ?? [];
  const source = producers.find(({ bytes }) => bytes > 0) ?? before?.source;
  const absentSinceMs = report ? undefined : (before?.absentSinceMs ?? atMs);
  const now = { producers, source, absentSinceMs, lookedAtMs: atMs };
  if (!before) return { ...now, flowedAtMs: atMs, isProven: false, isFrozen: wasStalled && producers.length > 0 };
  const isFlowing = isRestarted || producers.some((one) => hasMoved(before, one));
  if (isFlowing) return { ...now, flowedAtMs: atMs, isProven: true, isFrozen: false };
  if (producers.length === 0) return { ...now, flowedAtMs: atMs, isProven: false, isFrozen: false };
  const { flowedAtMs, isProven, isFrozen } = before;
  return { ...now, flowedAtMs, isProven, isFrozen: isFrozen || atMs - flowedAtMs >= STALL_MS };
}

/** Media comes. Of one that has just connected it is not known yet. */
export function hasFeed({ producers, isProven, isFrozen }: StreamMemory): boolean {
  return isProven && !isFrozen && hasBytes(producers);
}

/** It looks like a feed, and may be the rest of one. */
export function isUndecided({ producers, isProven, isFrozen }: StreamMemory): boolean {
  return !isProven && !isFrozen && hasBytes(producers);
}

/** Whether bytes stand still. */
export function isStill({ producers, flowedAtMs, lookedAtMs }: StreamMemory): boolean {
  return producers.length > 0 && lookedAtMs - flowedAtMs >= STILL_MS;
}

/** go2rtc has no such stream, and that is not because it has just been started. */
export function isAbsent({ absentSinceMs, lookedAtMs }: StreamMemory): boolean {
  return absentSinceMs !== undefined && lookedAtMs - absentSinceMs >= ABSENT_MS;
}

/** Whether any of those who brought it still does. A source before 1.9 is known only by its bytes, which never become fewer. */
export function goesOn(before: StreamMemory, { producers }: StreamMemory): boolean {
  if (before.producers.length === 0) return true;
  return producers.some(({ id, bytes }) => before.producers.some((one) => one.id === id && one.bytes <= bytes));
}

function hasBytes(producers: readonly Connection[]): boolean {
  return producers.some(({ bytes }) => bytes > 0);
}

function hasMoved({ producers }: StreamMemory, { id, bytes }: Connection): boolean {
  const same = producers.find((one) => one.id === id);
  return same ? bytes !== same.bytes : true;
}
