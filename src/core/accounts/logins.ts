/** Owns the check of a name and a password, for the API and for brokers; refuses who guesses, and tells nobody which names exist. */

import type { Consistency } from '../cluster/consistency.ts';
import type { Secrets } from '../ports.ts';
import type { Store } from '../store.ts';
import type { LoginAttempt } from './accounts.ts';
import type { Guesses } from './guesses.ts';
import { mayUseApi, USERS, type UserRecord } from './records.ts';

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
   * @throws ApiError `rate_limited` where too many guesses were wrong lately; never for a password that was right lately
   */
  check(attempt: LoginAttempt): Promise<UserRecord | undefined>;
  /** The same for the API: devices, and accounts that were lent to other programs, are for the broker alone. */
  checkForApi(attempt: LoginAttempt): Promise<UserRecord | undefined>;
}

interface Ports {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly verified: VerifiedLogins;
  readonly guesses: Guesses;
  /** Absent for a bridge that stands alone. */
  readonly consistency?: Pick<Consistency, 'caughtUp'> | undefined;
}

export function createLogins({ store, secrets, verified, guesses, consistency }: Ports): Logins {
  const users = store.collection(USERS);

  async function check(
    { username, password, ...from }: LoginAttempt,
    isAdmitted: (user: UserRecord) => boolean,
  ): Promise<UserRecord | undefined> {
    const find = () => {
      const user = users.by('username', username);
      return user?.canLogin && isAdmitted(user) ? user : undefined;
    };
    // Whoever may not log in is as unknown as a name that nobody has, and costs the same work.
    const known = find();
    const hash = known?.passwordHash || undefined;
    const isRight = await verified.verify({ username, password, generation: known?.generation ?? 0 }, () =>
      guesses.make({ username, ...from }, () => secrets.verifyPassword(hash, password)),
    );
    // Read again: the user may have been changed while the slow hash ran.
    const current = find();
    return isRight && current?.generation === known?.generation ? current : undefined;
  }

  /** Another bridge may have let this one in a moment ago; brokers look again for all kinds of accounts at once. */
  async function checkForApi(attempt: LoginAttempt): Promise<UserRecord | undefined> {
    const known = users.by('username', attempt.username);
    const user = await check(attempt, mayUseApi);
    if (user !== undefined || consistency === undefined) return user;
    await consistency.caughtUp();
    return users.by('username', attempt.username) === known ? undefined : check(attempt, mayUseApi);
  }

  return { check: (attempt) => check(attempt, () => true), checkForApi };
}
