/** Owns how much one account may ask of the API at a time; what exceeds it is refused at once, never queued. */

import { ApiError } from '../../protocol/api-error.ts';
import type { Clock } from '../ports.ts';
import { createRateLimit } from '../timing/token-bucket.ts';

export interface RequestLimits {
  /**
   * Admits a request; the result must be called when it is answered.
   * @throws ApiError `too_many_requests`
   */
  enter(account: string): () => void;
}

/** @param inFlight requests per account at the same time; @param perSecond sustained rate, with a burst of ten seconds' worth */
export function createRequestLimits(inFlight: number, perSecond: number, clock: Clock): RequestLimits {
  const running = new Map<string, number>();
  const rate = createRateLimit({ burst: perSecond * 10, perSecond }, clock);
  return {
    enter(account) {
      const count = running.get(account) ?? 0;
      if (count >= inFlight || !rate.take(account)) throw new ApiError('too_many_requests');
      running.set(account, count + 1);
      return () => {
        const left = (running.get(account) ?? 1) - 1;
        if (left > 0) running.set(account, left);
        else running.delete(account);
      };
    },
  };
}
