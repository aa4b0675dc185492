/** Owns what wrong passwords are counted in: rates, and who was right once. Each is bounded in memory. */

import type { Clock } from '../ports.ts';
import { createRateLimit, type Rate, type RateLimit } from '../timing/token-bucket.ts';

export interface Throttles {
  /** @param name the same one at every bridge of a cluster, and of one rate alone */
  rate(name: string, rate: Rate): RateLimit;
  readonly trusted: Trusted;
}

/** Keys that are trusted; the one that was added longest ago goes first. */
export interface Trusted {
  has(key: string): boolean;
  add(key: string): void;
}

const MAX_TRUSTED = 10_000;

export function throttlesAlone(clock: Pick<Clock, 'monotonicMs'>): Throttles {
  return { rate: (_name, rate) => createRateLimit(rate, clock), trusted: createTrusted() };
}

export function createTrusted(): Trusted {
  const keys = new Set<string>();
  return {
    has: (key) => keys.has(key),
    add(key) {
      keys.delete(key);
      keys.add(key);
      const [oldest] = keys;
      if (keys.size > MAX_TRUSTED && oldest !== undefined) keys.delete(oldest);
    },
  };
}
