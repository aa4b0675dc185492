/** Pins what one broker lets an account do by what it does at others: together never more than its limit, and nobody less than an equal share. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shareOf, type WorkElsewhere } from '../../../../../src/brokers/embedded/backbone/use/share.ts';
import { createWorkRate } from '../../../../../src/brokers/embedded/turns/work-rate.ts';

const LIMIT = 50_000;
const works = (perSecond: number, isHeldUp = false): WorkElsewhere => ({ perSecond, isHeldUp });

it.each<readonly [string, WorkElsewhere[], number]>([
  ['who uses one broker only has all of it', [], LIMIT],
  ['others where it does nothing take nothing', [works(0), works(0)], LIMIT],
  ['what it does elsewhere is taken off', [works(10_000)], 40_000],
  ['what it would like to do elsewhere is shared equally', [works(20_000, true)], 25_000],
  ['who wants less than an equal share leaves the rest to others', [works(5000), works(10_000, true)], 22_500],
  ['an equal share is left in any case', [works(90_000), works(90_000)], LIMIT / 3],
])('%s', (_what, others, share) => {
  expect(shareOf(LIMIT, others)).toBe(share);
});

const anyWork = fc.record({ perSecond: fc.integer({ min: 0, max: 200_000 }), isHeldUp: fc.boolean() });

it('whatever was told: at least an equal share, at most the limit', () => {
  fc.assert(
    fc.property(fc.array(anyWork, { maxLength: 12 }), (others) => {
      const share = shareOf(LIMIT, others);
      expect(share).toBeGreaterThanOrEqual(LIMIT / (others.length + 1) - 1e-6);
      expect(share).toBeLessThanOrEqual(LIMIT);
    }),
  );
});

it('whatever an account wants at which broker: a second after they have told of it once, it has its limit in all, or all that it wants', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 150_000 }), { minLength: 1, maxLength: 8 }), (wanted) => {
      const rates = wanted.map(() => createWorkRate({ perSecond: LIMIT, burst: 2000 }, 0));
      const allowed = wanted.map(() => LIMIT);
      const sums: number[] = [];
      for (let second = 1; second <= 6; second += 1) {
        const nowMs = second * 1000;
        const done = wanted.map((one, i) => Math.min(one, allowed[i] ?? 0));
        sums.push(done.reduce((sum, one) => sum + one, 0));
        const told = rates.map((rate, i) => {
          rate.charge(done[i] ?? 0);
          return rate.look(nowMs);
        });
        for (const [i, rate] of rates.entries()) {
          allowed[i] = shareOf(
            LIMIT,
            told.filter((_, other) => other !== i),
          );
          rate.limitTo(allowed[i] ?? 0, nowMs);
        }
      }
      const wantedInAll = wanted.reduce((sum, one) => sum + one, 0);
      // Each may be a rounding off.
      for (const sum of sums.slice(1)) expect(sum).toBeLessThanOrEqual(LIMIT + wanted.length);
      const enough = 0.9 * Math.min(LIMIT, wantedInAll) - wanted.length;
      for (const sum of sums.slice(2)) expect(sum).toBeGreaterThanOrEqual(enough);
      if (wantedInAll <= 0.85 * LIMIT) expect(sums.at(-1)).toBeGreaterThanOrEqual(wantedInAll - wanted.length);
    }),
  );
});
