/** Owns moments at which something is due: one timer for the earliest of them, whatever their number. */

import type { Clock } from '../ports.ts';

export interface Deadlines {
  /** At most one per key; undefined takes it away. */
  set(key: string, atMs: number | undefined): void;
  /** Takes all of them away. */
  clear(): void;
  close(): void;
}

/** Timers of the platform hold 24 days at most: far moments are looked at again once a day. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

interface Moment {
  readonly atMs: number;
  /** The same on the clock that nobody sets: when the other one is set back, nothing waits for as long as that. */
  readonly dueMs: number;
}

/** @param due is called once per deadline that has passed by either clock, and may set others */
export function createDeadlines(clock: Clock, due: (key: string) => void): Deadlines {
  const moments = new Map<string, Moment>();
  let cancel: (() => void) | undefined;
  let armedForMs = Number.POSITIVE_INFINITY;

  function remainingMs({ atMs, dueMs }: Moment): number {
    return Math.min(atMs - clock.now(), dueMs - clock.monotonicMs());
  }

  function arm(remaining: number): void {
    const dueMs = clock.monotonicMs() + remaining;
    if (dueMs >= armedForMs) return;
    cancel?.();
    armedForMs = dueMs;
    cancel = clock.after(Math.min(LONGEST_WAIT_MS, Math.max(0, remaining)), ring);
  }

  function ring(): void {
    cancel = undefined;
    armedForMs = Number.POSITIVE_INFINITY;
    const passed: string[] = [];
    for (const [key, moment] of moments) if (remainingMs(moment) <= 0) passed.push(key);
    for (const key of passed) moments.delete(key);
    for (const key of passed) due(key);
    let earliest = Number.POSITIVE_INFINITY;
    for (const moment of moments.values()) earliest = Math.min(earliest, remainingMs(moment));
    if (earliest < Number.POSITIVE_INFINITY) arm(earliest);
  }

  function clear(): void {
    cancel?.();
    cancel = undefined;
    armedForMs = Number.POSITIVE_INFINITY;
    moments.clear();
  }

  return {
    set(key, atMs) {
      if (atMs === undefined) {
        moments.delete(key);
        return;
      }
      const moment = { atMs, dueMs: clock.monotonicMs() + (atMs - clock.now()) };
      moments.set(key, moment);
      arm(remainingMs(moment));
    },
    clear,
    close: clear,
  };
}
