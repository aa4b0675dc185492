/** Pins the token bucket: it delays, keeps the order, and lets nobody pay for somebody else. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPublishRate } from '../../../src/brokers/embedded/publish-rate.ts';
import { manualClock } from '../../support/manual-clock.ts';

function fillRate(perSecond: number, burst: number) {
  const clock = manualClock();
  const rate = createPublishRate(clock, perSecond, burst);
  const passed: string[] = [];
  const take = (account: string, count: number) => {
    for (let index = 0; index < count; index += 1) rate.take(account, () => passed.push(`${account}${index}`));
  };
  return { clock, rate, passed, take };
}

describe('the publish rate', () => {
  it('lets a burst pass at once and the rest at the rate', () => {
    const { clock, passed, take } = fillRate(10, 3);
    take('a', 6);
    expect(passed).toEqual(['a0', 'a1', 'a2']);
    clock.advance(99);
    expect(passed).toHaveLength(3);
    clock.advance(1);
    expect(passed).toHaveLength(4);
    clock.advance(200);
    expect(passed).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'a5']);
    expect(clock.waiting).toBe(0);
  });

  it('delays nobody else', () => {
    const { passed, take } = fillRate(10, 1);
    take('a', 5);
    take('b', 1);
    expect(passed).toEqual(['a0', 'b0']);
  });

  it('lets nobody overtake those who wait', () => {
    const { clock, rate, passed, take } = fillRate(10, 1);
    take('a', 2);
    clock.advance(50);
    rate.take('a', () => passed.push('late'));
    clock.advance(1000);
    expect(passed).toEqual(['a0', 'a1', 'late']);
  });

  it('saves up to a burst while an account is idle, and no more', () => {
    const { clock, passed, take } = fillRate(10, 3);
    take('a', 3);
    clock.advance(60_000);
    take('a', 5);
    expect(passed).toHaveLength(6);
  });

  it('forgets an account that is gone, and what waits of it', () => {
    const { clock, rate, passed, take } = fillRate(10, 1);
    take('a', 3);
    take('b', 2);
    rate.forget('a');
    clock.advance(60_000);
    take('a', 1);
    expect(passed).toEqual(['a0', 'b0', 'b1', 'a0']);
  });

  it('drops what waits when it is closed', () => {
    const { clock, rate, passed, take } = fillRate(10, 1);
    take('a', 5);
    rate.close();
    clock.advance(60_000);
    expect(passed).toEqual(['a0']);
    expect(clock.waiting).toBe(0);
  });

  it('never lets more pass than burst and rate allow, and in the end everything', () => {
    const steps = fc.array(fc.record({ publishes: fc.nat(20), pauseMs: fc.nat(500) }), { maxLength: 20 });
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        (script, perSecond, burst) => {
          const { clock, passed, take } = fillRate(perSecond, burst);
          const startedAt = clock.now();
          let published = 0;
          for (const { publishes, pauseMs } of script) {
            take('a', publishes);
            published += publishes;
            clock.advance(pauseMs);
            expect(passed.length).toBeLessThanOrEqual(burst + ((clock.now() - startedAt) * perSecond) / 1000 + 1e-6);
          }
          clock.advance(1_000_000);
          expect(passed).toHaveLength(published);
        },
      ),
    );
  });
});
