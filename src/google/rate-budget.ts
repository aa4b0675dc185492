/** Owns how many calls were made lately, and refuses one too many before Google does. Knows no figures. */

import type { Clock } from '../core/ports.ts';

/** At most `limit` in any window of this length: a bucket that refills would let twice as many through. */
export interface Quota {
  readonly key: string;
  readonly limit: number;
  readonly windowMs: number;
}

export interface RateBudget {
  /**
   * Takes one of each, or none at all.
   * @returns 0 when taken, else after how many milliseconds it is worth asking again
   */
  take(quotas: readonly Quota[]): number;
}

/** Beyond this many keys, those are forgotten whose calls are all past. */
const TIDY_ABOVE = 1000;

export function createRateBudget(clock: Clock): RateBudget {
  const calls = new Map<string, number[]>();

  function recent({ key, windowMs }: Quota): number[] {
    const since = clock.monotonicMs() - windowMs;
    return (calls.get(key) ?? []).filter((at) => at > since);
  }

  function waitMs(quota: Quota): number {
    const made = recent(quota);
    const leaves = made[made.length - quota.limit];
    return leaves === undefined ? 0 : leaves + quota.windowMs - clock.monotonicMs();
  }

  function tidy(longestMs: number): void {
    if (calls.size <= TIDY_ABOVE) return;
    for (const [key, made] of calls) {
      if ((made.at(-1) ?? 0) < clock.monotonicMs() - longestMs) calls.delete(key);
    }
  }

  return {
    take(quotas) {
      const wait = Math.max(0, ...quotas.map(waitMs));
      if (wait > 0) return wait;
      for (const quota of quotas) calls.set(quota.key, [...recent(quota), clock.monotonicMs()]);
      tidy(Math.max(...quotas.map(({ windowMs }) => windowMs)));
      return 0;
    },
  };
}
