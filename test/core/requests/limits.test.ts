/** Pins what is bounded: rates by key, requests in flight by account, and the memory that counting takes. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRequestLimits } from '../../../src/core/requests/limits.ts';
import { createRateLimit } from '../../../src/core/timing/token-bucket.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { manualClock } from '../../support/manual-clock.ts';

describe('a rate', () => {
  it('lets a burst through, then as many as time brings', () => {
    const clock = manualClock();
    const rate = createRateLimit({ burst: 3, perSecond: 2 }, clock);
    expect([1, 2, 3, 4].map(() => rate.take('a'))).toEqual([true, true, true, false]);
    clock.advance(500);
    expect([rate.take('a'), rate.take('a')]).toEqual([true, false]);
  });

  it('counts every key by itself', () => {
    const rate = createRateLimit({ burst: 1, perSecond: 1 }, manualClock());
    expect([rate.take('a'), rate.take('a'), rate.take('b')]).toEqual([true, false, true]);
  });

  it('never grants more than burst plus rate times time, however it is asked', () => {
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

  it('a clock that is set back grants nothing for it, and takes nothing away', () => {
    const clock = manualClock();
    const rate = createRateLimit({ burst: 1, perSecond: 1 }, clock);
    expect(rate.take('a')).toBe(true);
    clock.setBack(500_000);
    expect([rate.take('a'), rate.has('a')]).toEqual([false, false]);
    clock.advance(1000);
    expect([rate.has('a'), rate.take('a')]).toEqual([true, true]);
  });

  it('takes back what was taken for nothing, and never more than its burst', () => {
    const rate = createRateLimit({ burst: 2, perSecond: 1 }, manualClock());
    for (const key of ['a', 'a']) rate.take(key);
    rate.giveBack('a');
    expect([rate.take('a'), rate.take('a')]).toEqual([true, false]);
    for (let count = 0; count < 5; count += 1) rate.giveBack('a');
    expect([rate.take('a'), rate.take('a'), rate.take('a')]).toEqual([true, true, false]);
  });
});

describe('requests in flight', () => {
  const refusal = expect.objectContaining({ code: 'too_many_requests' });

  it('are refused above the limit of their account, and only there', () => {
    const limits = createRequestLimits(2, 1000, manualClock());
    const leave = limits.enter('a');
    limits.enter('a');
    expect(() => limits.enter('a')).toThrow(ApiError);
    expect(() => limits.enter('a')).toThrow(refusal);
    limits.enter('b');
    leave();
    limits.enter('a');
  });

  it('are refused above the rate, which time restores', () => {
    const clock = manualClock();
    const limits = createRequestLimits(10, 1, clock);
    for (let count = 0; count < 10; count += 1) limits.enter('a')();
    expect(() => limits.enter('a')).toThrow(refusal);
    clock.advance(1000);
    limits.enter('a')();
  });
});
