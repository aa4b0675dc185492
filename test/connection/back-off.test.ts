import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backOffMs } from '../../src/connection/back-off.ts';

it('waits between half a second and half a minute, however many attempts have failed', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), random, (failures, number) => {
      const delayMs = backOffMs(failures, () => number);
      expect(delayMs).toBeGreaterThanOrEqual(500);
      expect(delayMs).toBeLessThanOrEqual(30_000);
    }),
  );
});

it('doubles the longest possible pause with every failure, up to half a minute', () => {
  const longest = [1, 2, 3, 4, 5, 6, 7, 8].map((failures) => backOffMs(failures, () => 1));
  expect(longest).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});
