/** Owns the count of failed logins, per address and per address and name: whoever failed too often waits, and at no cost to us. */

import { ApiError } from '../../protocol/api-error.ts';
import type { Clock } from '../ports.ts';
import { createRateLimit } from '../timing/token-bucket.ts';

export interface LoginFailures {
  /** @throws ApiError `rate_limited` when this address, or this name from it, failed too often lately */
  refuseIfTooMany(username: string, address: string): void;
  add(username: string, address: string): void;
}

/** Never counts a name alone: a stranger's guesses must not lock the owner out. */
export function createLoginFailures(clock: Clock): LoginFailures {
  const ofPair = createRateLimit({ burst: 10, perSecond: 1 / 6 }, clock);
  const ofAddress = createRateLimit({ burst: 30, perSecond: 1 }, clock);
  const pairOf = (username: string, address: string) => `${address} ${username}`;
  return {
    refuseIfTooMany(username, address) {
      if (!ofPair.has(pairOf(username, address)) || !ofAddress.has(address)) throw new ApiError('rate_limited');
    },
    add(username, address) {
      ofPair.take(pairOf(username, address));
      ofAddress.take(address);
    },
  };
}
