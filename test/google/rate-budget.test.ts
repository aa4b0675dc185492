/** Pins the local budget: no window of time ever holds more calls than allowed, and waiting as told is always enough. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRateBudget } from '../../src/google/rate-budget.ts';
import { manualClock } from '../support/manual-clock.ts';

const minute = { key: 'minute', limit: 3, windowMs: 60_000 };
const hour = { key: 'hour', limit: 10, windowMs: 3_600_000 };

it('never lets more through in any window than each of the quotas allows', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 120 }), (pausesMs) => {
      const clock = manualClock();
      const budget = createRateBudget(clock);
      const taken: number[] = [];
      for (const ms of pausesMs) {
        clock.advance(ms);
        if (budget.take([minute, hour]) === 0) taken.push(clock.now());
      }
      for (const { limit, windowMs } of [minute, hour]) {
        for (const end of taken) {
          expect(taken.filter((at) => at > end - windowMs && at <= end).length).toBeLessThanOrEqual(limit);
        }
      }
    }),
  );
});

it('grants to whoever waits as long as it says', () => {
  const clock = manualClock();
  const budget = createRateBudget(clock);
  const waits: number[] = [];
  for (let taken = 0; taken < 25; ) {
    const waitMs = budget.take([minute, hour]);
    if (waitMs === 0) taken++;
    else {
      waits.push(waitMs);
      clock.advance(waitMs);
    }
  }
  expect(waits.slice(0, 3)).toEqual([60_000, 60_000, 60_000]);
  expect(waits.length).toBeLessThan(12);
});

it('takes nothing of one quota when another has none left', () => {
  const budget = createRateBudget(manualClock());
  const narrow = { key: 'narrow', limit: 1, windowMs: 1000 };
  budget.take([narrow]);
  for (let attempt = 0; attempt < 5; attempt++) expect(budget.take([minute, narrow])).toBeGreaterThan(0);
  expect([1, 2, 3].map(() => budget.take([minute]))).toEqual([0, 0, 0]);
});
