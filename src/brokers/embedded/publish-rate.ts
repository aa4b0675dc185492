/** Owns how fast each account may publish: a token bucket that delays and never drops, so a fast publisher feels it. */

import type { Clock } from '../../core/ports.ts';

export interface PublishRate {
  /** Runs `pass` at once while the account has tokens, else as soon as it has one again; in the order of the calls. */
  take(accountKey: string, pass: () => void): void;
  /** Drops what waits of an account that is gone. */
  forget(accountKey: string): void;
  /** Drops everything that still waits. */
  close(): void;
}

interface Bucket {
  tokens: number;
  filledAt: number;
  waiting: (() => void)[];
}

/** @param burst tokens a bucket holds; also how many publishes an idle account may send at once */
export function createPublishRate(clock: Clock, perSecond: number, burst: number): PublishRate {
  const buckets = new Map<string, Bucket>();
  const timers = new Map<string, () => void>();

  return {
    take(accountKey, pass) {
      const bucket = bucketOf(accountKey);
      // Whoever waits goes first: a publisher's messages must not overtake one another (MQTT 5.0, 4.6).
      if (bucket.waiting.length === 0 && hasToken(bucket)) {
        bucket.tokens -= 1;
        pass();
        return;
      }
      bucket.waiting.push(pass);
      if (bucket.waiting.length === 1) wait(accountKey, bucket);
    },
    forget(accountKey) {
      timers.get(accountKey)?.();
      timers.delete(accountKey);
      buckets.delete(accountKey);
    },
    close() {
      for (const cancel of timers.values()) cancel();
      timers.clear();
      buckets.clear();
    },
  };

  function bucketOf(accountKey: string): Bucket {
    let bucket = buckets.get(accountKey);
    if (bucket === undefined) {
      bucket = { tokens: burst, filledAt: clock.now(), waiting: [] };
      buckets.set(accountKey, bucket);
    }
    return bucket;
  }

  function hasToken(bucket: Bucket): boolean {
    if (bucket.tokens < 1) fill(bucket);
    return bucket.tokens >= 1;
  }

  function fill(bucket: Bucket): void {
    const now = clock.now();
    const elapsedMs = Math.max(0, now - bucket.filledAt);
    bucket.tokens = Math.min(burst, bucket.tokens + (elapsedMs * perSecond) / 1000);
    bucket.filledAt = now;
  }

  function wait(accountKey: string, bucket: Bucket): void {
    const delayMs = Math.max(1, Math.ceil(((1 - bucket.tokens) * 1000) / perSecond));
    timers.set(
      accountKey,
      clock.after(delayMs, () => {
        timers.delete(accountKey);
        release(accountKey, bucket);
      }),
    );
  }

  function release(accountKey: string, bucket: Bucket): void {
    fill(bucket);
    const passing = bucket.waiting.splice(0, Math.floor(bucket.tokens));
    bucket.tokens -= passing.length;
    for (const pass of passing) pass();
    if (bucket.waiting.length > 0 && !timers.has(accountKey)) wait(accountKey, bucket);
  }
}
