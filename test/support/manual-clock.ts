/** Owns a clock that moves only when a test says so; what is due on the way runs in order, at its own moment. */

import type { Clock } from '../../src/core/ports.ts';

export interface ManualClock extends Clock {
  advance(ms: number): void;
  /** Somebody sets it back: what it tells is another moment, and no time has passed. */
  setBack(ms: number): void;
  /** The process stands still for so long: nothing has run yet that is due. */
  sleep(ms: number): void;
  /** How many callbacks are waiting. */
  readonly waiting: number;
}

export function manualClock(startIso = '2026-11-21T16:48:30.698Z'): ManualClock {
  let startMs = Date.parse(startIso);
  let passedMs = 0;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  return {
    now: () => startMs + passedMs,
    monotonicMs: () => passedMs,
    after(delayMs, callback) {
      const timer = { at: passedMs + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const end = passedMs + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        passedMs = Math.max(passedMs, next.at);
        next.callback();
      }
      passedMs = end;
    },
    setBack(ms) {
      startMs -= ms;
    },
    sleep(ms) {
      passedMs += ms;
    },
    get waiting() {
      return timers.size;
    },
  };
}
