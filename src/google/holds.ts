/** Owns what is left alone for now, and why: after each failure in a row for longer. */

import type { Clock } from '../core/ports.ts';
import type { Failure } from './answer.ts';
import { pauseAfter } from './back-off.ts';

export interface Holds {
  /** @param leastMs how long at least @returns how many failures in a row this is, and how long the pause is */
  add(key: string, failure: Failure, leastMs?: number): { readonly failures: number; readonly pauseMs: number };
  /** The failure that it is still left alone for, with what is left of the pause. */
  why(key: string): (Failure & { readonly retryAfterMs: number }) | undefined;
  /** It works again. @returns whether it had not */
  clear(key: string): boolean;
}

interface Hold {
  readonly failures: number;
  readonly untilMs: number;
  readonly failure: Failure;
}

export function createHolds(clock: Clock, random: () => number): Holds {
  const holds = new Map<string, Hold>();
  return {
    add(key, failure, leastMs = 0) {
      const failures = (holds.get(key)?.failures ?? 0) + 1;
      const pauseMs = Math.max(leastMs, pauseAfter(failure, failures, random));
      holds.set(key, { failures, untilMs: clock.monotonicMs() + pauseMs, failure });
      return { failures, pauseMs };
    },
    why(key) {
      const hold = holds.get(key);
      const retryAfterMs = (hold?.untilMs ?? 0) - clock.monotonicMs();
      return hold && retryAfterMs > 0 ? { ...hold.failure, retryAfterMs } : undefined;
    },
    clear: (key) => holds.delete(key),
  };
}
