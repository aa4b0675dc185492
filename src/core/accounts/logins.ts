/** Owns the check of a name and a password, for the API and for brokers; refuses who guesses, and tells nobody which names exist. */

import type { Clock, Secrets } from '../ports.ts';
import type { Store } from '../store.ts';
import type { LoginAttempt } from './accounts.ts';
import { createLoginFailures } from './login-failures.ts';
import { isLent, USERS, type UserRecord } from './records.ts';

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
  /** The same for the API: an account that was lent to another program is for the broker alone. */
  checkForApi(attempt: LoginAttempt): Promise<UserRecord | undefined>;
}

export function createLogins(store: Store, secrets: Secrets, verified: VerifiedLogins, clock: Clock): Logins {
  const users = store.collection(USERS);
  const failures = createLoginFailures(clock);

  async function check(
    { username, password, address = 'unknown' }: LoginAttempt,
    isAdmitted: (user: UserRecord) => boolean,
  ): Promise<UserRecord | undefined> {
    failures.refuseIfTooMany(username, address);
    const user = users.by('username', username);
    const hash = user?.passwordHash || undefined;
    const isRight = await verified.verify({ username, password, generation: user?.generation ?? 0 }, () =>
      secrets.verifyPassword(hash, password),
    );
    // Read again: the user may have been changed while the slow hash ran.
    const current = users.by('username', username);
    if (isRight && current?.canLogin && current.generation === user?.generation && isAdmitted(current)) return current;
    failures.add(username, address);
    return undefined;
  }

  return {
    check: (attempt) => check(attempt, () => true),
    checkForApi: (attempt) => check(attempt, (user) => !isLent(user)),
  };
}
