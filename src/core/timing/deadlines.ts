/** Owns moments at which something is due: one timer for the earliest of them, whatever their number. */

import type { Clock } from '../ports.ts';

export interface Deadlines {
  /** At most one per key; undefined takes it away. */
  set(key: string, atMs: number | undefined): void;
  close(): void;
}

/** Timers of the platform hold 24 days at most: far moments are looked at again once a day. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

/** @param due is called once per deadline that has passed, and may set others */
export function createDeadlines(clock: Clock, due: (key: string) => void): Deadlines {
  const moments = new Map<string, number>();
  let cancel: (() => void) | undefined;
  let armedForMs = Number.POSITIVE_INFINITY;

  function arm(atMs: number): void {
    if (atMs >= armedForMs) return;
    cancel?.();
    armedForMs = atMs;
    cancel = clock.after(Math.min(LONGEST_WAIT_MS, Math.max(0, atMs - clock.now())), ring);
  }

  function ring(): void {
    cancel = undefined;
    armedForMs = Number.POSITIVE_INFINITY;
    const now = clock.now();
    const passed: string[] = [];
    for (const [key, atMs] of moments) if (atMs <= now) passed.push(key);
    for (const key of passed) moments.delete(key);
    for (const key of passed) due(key);
    let earliest = Number.POSITIVE_INFINITY;
    for (const atMs of moments.values()) earliest = Math.min(earliest, atMs);
    if (earliest < Number.POSITIVE_INFINITY) arm(earliest);
  }

  return {
    set(key, atMs) {
      if (atMs === undefined) {
        moments.delete(key);
        return;
      }
      moments.set(key, atMs);
      arm(atMs);
    },
    close() {
      cancel?.();
      moments.clear();
    },
  };
}
