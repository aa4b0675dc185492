/** Owns rates: how often something may happen per key, counted in buckets that refill with time; bounded in memory. */

import type { Clock } from '../ports.ts';

interface Rate {
  /** How many may happen at once. */
  readonly burst: number;
  readonly perSecond: number;
}

export interface RateLimit {
  /** Takes one; false when the key has none left. */
  take(key: string): boolean;
  /** Whether one is left, without taking it. */
  has(key: string): boolean;
}

const MAX_KEYS = 10_000;

export function createRateLimit({ burst, perSecond }: Rate, clock: Clock): RateLimit {
  const buckets = new Map<string, { level: number; at: number }>();

  function refilled(key: string): { level: number; at: number } {
    const now = clock.now();
    const bucket = buckets.get(key) ?? { level: burst, at: now };
    const level = Math.min(burst, bucket.level + (Math.max(0, now - bucket.at) / 1000) * perSecond);
    return { level, at: now };
  }

  function keep(key: string, bucket: { level: number; at: number }): void {
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
  };
}
