/** Pins how many requests an account may have in flight, how often it may ask, and that nobody is remembered for it. */

import { describe, expect, it } from 'vitest';
import { createRequestLimits } from '../../../src/core/requests/limits.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { manualClock } from '../../support/manual-clock.ts';

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
