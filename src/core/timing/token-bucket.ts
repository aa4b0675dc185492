/** Owns rates: how often something may happen per key, counted in buckets that refill with time; bounded in memory. */

import type { Clock } from '../ports.ts';

export interface Rate {
  /** How many may happen at once. */
  readonly burst: number;
  readonly perSecond: number;
}

export interface RateLimit {
  /** Takes one; false when the key has none left. */
  take(key: string): boolean;
  /** Whether one is left, without taking it. */
  has(key: string): boolean;
  /** One that was taken comes back. */
  giveBack(key: string): void;
}

export interface ChargedRateLimit extends RateLimit {
  /** So many were taken where nobody knew of it here, or came back there: what is too much is a debt, and comes back first. */
  charge(key: string, times: number): void;
}

interface Bucket {
  readonly level: number;
  readonly atMs: number;
}

const MAX_KEYS = 10_000;
/** In bursts: whoever is told of more than that is not told the truth. */
const DEEPEST_DEBT = 10;

export function createRateLimit({ burst, perSecond }: Rate, clock: Pick<Clock, 'monotonicMs'>): ChargedRateLimit {
  const buckets = new Map<string, Bucket>();

  function refilled(key: string): Bucket {
    const atMs = clock.monotonicMs();
    const bucket = buckets.get(key) ?? { level: burst, atMs };
    return { level: Math.min(burst, bucket.level + ((atMs - bucket.atMs) / 1000) * perSecond), atMs };
  }

  function keep(key: string, bucket: Bucket): void {
    buckets.delete(key);
    buckets.set(key, bucket);
    // The key that was used least lately goes: an attacker's flood of new keys cannot fill the memory.
    const [oldest] = buckets.keys();
    if (buckets.size > MAX_KEYS && oldest !== undefined) buckets.delete(oldest);
  }

  return {
    take(key) {
      const bucket = refilled(key);
      const granted = bucket.level >= 1;
      keep(key, granted ? { ...bucket, level: bucket.level - 1 } : bucket);
      return granted;
    },
    has: (key) => refilled(key).level >= 1,
    giveBack(key) {
      const bucket = refilled(key);
      keep(key, { ...bucket, level: Math.min(burst, bucket.level + 1) });
    },
    charge(key, times) {
      const bucket = refilled(key);
      const level = Math.max(-DEEPEST_DEBT * burst, Math.min(burst, bucket.level - times));
      keep(key, { ...bucket, level });
    },
  };
}
