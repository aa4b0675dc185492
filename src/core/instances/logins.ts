/** Owns the broker logins of rented instances: who is let in with which password, and for how long what came in may stay. */

import { ApiError } from '../../protocol/api-error.ts';
import type { Account, LoginAttempt } from '../accounts/accounts.ts';
import type { Guesses } from '../accounts/guesses.ts';
import { USERS } from '../accounts/records.ts';
import { type Throttles, throttlesAlone } from '../accounts/throttles.ts';
import type { Clock, Secrets } from '../ports.ts';
import type { Store } from '../store.ts';
import { isUsable, isVerifierCurrent, looksLikeInstanceUser, verifierOf } from './credentials.ts';
import { INSTANCES } from './records.ts';

export interface InstanceLogins {
  /** Whether a name is for this part to judge: it has the form of an instance's, and no user of the API is called so. */
  concerns(username: string): boolean;
  /** @throws ApiError `rate_limited` when the address or the name failed too often lately */
  login(attempt: LoginAttempt): Promise<Account | undefined>;
  /** Of an earlier run, whose password nobody knows any more. */
  recall(account: Account): Account;
  isCurrent(account: Account): boolean;
  isRoot(name: string): boolean;
}

const KEY_PREFIX = 'instance:';

export function instanceAccountKey(instanceId: string): string {
  return KEY_PREFIX + instanceId;
}

export function instanceIdOf(accountKey: string): string {
  return accountKey.slice(KEY_PREFIX.length);
}

interface Ports {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly guesses: Guesses;
  /** Of this bridge alone when absent. */
  readonly throttles?: Throttles | undefined;
}

export function createInstanceLogins({ store, secrets, clock, guesses, throttles }: Ports): InstanceLogins {
  const instances = store.collection(INSTANCES);
  const users = store.collection(USERS);
  /** Which password a connection was opened with; the account itself must not carry it around. */
  const verifiers = new WeakMap<Account, string>();
  const recalled = new WeakSet<Account>();
  // Devices of a removed instance come back each second, from everywhere: they must not keep the slow hash busy.
  const failuresOfName = (throttles ?? throttlesAlone(clock)).rate('instance', { burst: 30, perSecond: 1 / 2 });

  /** As much work as for a name of the API: neither unknown names nor wrong passwords stand out (I-25). */
  async function fail({ username, password, address }: LoginAttempt): Promise<undefined> {
    if (!failuresOfName.take(username)) throw new ApiError('rate_limited');
    await guesses.make({ username, address }, () => secrets.verifyPassword(undefined, password));
    return undefined;
  }

  return {
    concerns: (username) => looksLikeInstanceUser(username) && users.by('username', username) === undefined,

    // A right password is let in whatever failed before: 71 random bits are not guessed, and a neighbour's failures lock nobody out.
    async login(attempt) {
      const { username, password } = attempt;
      const record = instances.by('user', username);
      const verifier = record && verifierOf(secrets, record, password, clock.now());
      if (!record || verifier === undefined) return fail(attempt);
      if (!isUsable(record, clock.now())) return undefined;
      const { id, generation, owner } = record;
      const account: Account = { key: instanceAccountKey(id), kind: 'instance', username, generation, owner };
      verifiers.set(account, verifier);
      return account;
    },

    recall(account) {
      const own = { ...account };
      recalled.add(own);
      return own;
    },

    isCurrent(account) {
      const record = instances.get(instanceIdOf(account.key));
      const now = clock.now();
      if (record === undefined || !isUsable(record, now)) return false;
      const verifier = verifiers.get(account);
      if (verifier === undefined) return recalled.has(account) && record.generation === account.generation;
      return isVerifierCurrent(record, verifier, now);
    },

    isRoot: (name) => instances.by('user', name) !== undefined,
  };
}
