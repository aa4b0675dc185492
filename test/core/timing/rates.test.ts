/** Pins how often something may happen: so many at once, then as they come back with time, for each key, and for many keys. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRateLimit } from '../../../src/core/timing/token-bucket.ts';
import { manualClock } from '../../support/manual-clock.ts';

function setting() {
  const clock = manualClock();
  const limit = createRateLimit({ burst: 3, perSecond: 2 }, clock);
  /** How many there are at this moment. */
  const left = (key: string) => {
    let count = 0;
    while (count < 1000 && limit.take(key)) count += 1;
    return count;
  };
  return { clock, limit, left };
}

it('so many may happen at once, and to each key', () => {
  const { left } = setting();
  expect([left('a'), left('b'), left('a')]).toEqual([3, 3, 0]);
});

it('they come back with time, and no more than there were', () => {
  const { clock, left } = setting();
  left('a');
  clock.advance(499);
  expect(left('a')).toBe(0);
  clock.advance(1);
  expect(left('a')).toBe(1);
  clock.advance(1000);
  expect(left('a')).toBe(2);
  clock.advance(3_600_000);
  expect(left('a')).toBe(3);
});

it('a clock that somebody sets changes nothing', () => {
  const { clock, left } = setting();
  left('a');
  clock.setBack(3_600_000);
  clock.advance(500);
  expect(left('a')).toBe(1);
});

it('whoever looks takes nothing', () => {
  const { clock, limit, left } = setting();
  for (let looks = 0; looks < 10; looks += 1) expect(limit.has('a')).toBe(true);
  expect(left('a')).toBe(3);
  expect(limit.has('a')).toBe(false);
  clock.advance(500);
  expect(limit.has('a')).toBe(true);
});

it('one that was taken comes back, and never more than there were', () => {
  const { limit, left } = setting();
  left('a');
  limit.giveBack('a');
  expect(left('a')).toBe(1);
  limit.giveBack('b');
  expect(left('b')).toBe(3);
});

it('of ten thousand keys the one that was used least lately is forgotten', () => {
  const { limit, left } = setting();
  for (const key of ['a', 'b', 'a']) left(key);
  for (let count = 0; count < 9999; count += 1) limit.take(`other ${count}`);
  expect([left('a'), left('b')]).toEqual([0, 3]);
});

it('it never grants more than burst plus rate times time, however it is asked', () => {
  const steps = fc.array(fc.oneof(fc.constant('take' as const), fc.integer({ min: 0, max: 2000 })), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(steps, (asked) => {
      const clock = manualClock();
      const start = clock.now();
      const rate = createRateLimit({ burst: 5, perSecond: 3 }, clock);
      let granted = 0;
      for (const step of asked) {
        if (typeof step === 'number') clock.advance(step);
        else if (rate.take('k')) granted += 1;
      }
      return granted <= 5 + ((clock.now() - start) / 1000) * 3 + 1e-6;
    }),
  );
});
