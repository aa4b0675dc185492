/** Owns the check of a name and a password, for the API and for brokers; refuses who guesses, and tells nobody which names exist. */

import { ApiError } from '../protocol/api-error.ts';
import type { LoginAttempt } from './accounts.ts';
import type { Clock, Secrets } from './ports.ts';
import { USERS, type UserRecord } from './records.ts';
import type { Store } from './store.ts';
import { createRateLimit } from './token-bucket.ts';

/** Remembers for a while that a password was right, so that a device that reconnects often costs no slow hash each time. */
export interface VerifiedLogins {
  verify(
    login: { username: string; password: string; generation: number },
    slow: () => Promise<boolean>,
  ): Promise<boolean>;
  /** Forgets a user at once. */
  forget(username: string): void;
}

export interface Logins {
  /**
   * The user, when the password is right and the user may log in. Every refusal costs the same work.
   * @throws ApiError `rate_limited` when this address failed too often lately
   */
  check(attempt: LoginAttempt): Promise<UserRecord | undefined>;
}

export function createLogins(store: Store, secrets: Secrets, verified: VerifiedLogins, clock: Clock): Logins {
  const users = store.collection(USERS);
  // Failures are counted per address, never per name alone: a stranger's guesses must not lock the owner out.
  const failuresOfPair = createRateLimit({ burst: 10, perSecond: 1 / 6 }, clock);
  const failuresOfAddress = createRateLimit({ burst: 30, perSecond: 1 }, clock);

  return {
    async check({ username, password, address = 'unknown' }) {
      const pair = `${address} ${username}`;
      if (!failuresOfPair.has(pair) || !failuresOfAddress.has(address)) throw new ApiError('rate_limited');
      const user = users.by('username', username);
      const hash = user?.passwordHash || undefined;
      const isRight = await verified.verify({ username, password, generation: user?.generation ?? 0 }, () =>
        secrets.verifyPassword(hash, password),
      );
      // Read again: the user may have been changed while the slow hash ran.
      const current = users.by('username', username);
      if (isRight && current?.canLogin && current.generation === user?.generation) return current;
      failuresOfPair.take(pair);
      failuresOfAddress.take(address);
      return undefined;
    },
  };
}
