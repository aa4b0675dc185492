/** Owns a clock that moves only when a test says so; what is due on the way runs in order, at its own moment. */

import type { Clock } from '../../src/core/ports.ts';

export interface ManualClock extends Clock {
  advance(ms: number): void;
  /** How many callbacks are waiting. */
  readonly waiting: number;
}

export function manualClock(startIso = '2026-11-21T16:48:30.698Z'): ManualClock {
  let now = Date.parse(startIso);
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  return {
    now: () => now,
    after(delayMs, callback) {
      const timer = { at: now + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.callback();
      }
      now = end;
    },
    get waiting() {
      return timers.size;
    },
  };
}
