/** Owns the answer to a broker's questions about logins: API users by password or bearer token, instances by their pair, and whether they still hold. */

import type { Account, AccountDirectory, LoginAttempt } from '../accounts/accounts.ts';
import type { Guesses } from '../accounts/guesses.ts';
import type { Logins } from '../accounts/logins.ts';
import { TOKENS, USERS, type UserRecord } from '../accounts/records.ts';
import type { Sessions } from '../accounts/sessions.ts';
import type { Throttles } from '../accounts/throttles.ts';
import type { Consistency } from '../cluster/consistency.ts';
import { createInstanceLogins, instanceAccountKey } from '../instances/logins.ts';
import { INSTANCES } from '../instances/records.ts';
import type { Clock, Secrets } from '../ports.ts';
import type { Store } from '../store.ts';

export interface Directory extends AccountDirectory {
  /** To be called when a user was changed, deleted, or lost a token: connections that no longer hold are closed. */
  userChanged(userId: number): void;
  /** The same for an instance that was rotated, disabled, removed, or is past its time. */
  instanceChanged(instanceId: string): void;
}

interface Ports {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly guesses: Guesses;
  /** Of this bridge alone when absent. */
  readonly throttles?: Throttles | undefined;
  readonly logins: Logins;
  readonly sessions: Sessions;
  /** Absent for a bridge that stands alone. */
  readonly consistency?: Pick<Consistency, 'caughtUp'> | undefined;
}

const KEY_PREFIX = 'user:';
const NO_TOPICS: readonly string[] = [];

export function createDirectory(ports: Ports): Directory {
  const { store, secrets, logins, sessions, consistency } = ports;
  const users = store.collection(USERS);
  const tokens = store.collection(TOKENS);
  const rented = store.collection(INSTANCES);
  const instances = createInstanceLogins(ports);
  const listeners = new Set<(accountKey: string) => void>();
  // Which token a connection was opened with; the account itself must not carry it around.
  const tokenOf = new WeakMap<Account, string>();

  /** Another bridge may have let this one in a moment ago. */
  async function login(attempt: LoginAttempt): Promise<Account | undefined> {
    const known = consistency && whatIsKnownOf(attempt);
    const account = await tryLogin(attempt);
    if (account !== undefined || !consistency || !known) return account;
    await consistency.caughtUp();
    const isNews = whatIsKnownOf(attempt).some((record, i) => record !== known[i]);
    return isNews ? tryLogin(attempt) : undefined;
  }

  function whatIsKnownOf({ username, password }: LoginAttempt): readonly unknown[] {
    return [users.by('username', username), rented.by('user', username), tokens.get(secrets.digest(password))];
  }

  async function tryLogin(attempt: LoginAttempt): Promise<Account | undefined> {
    const session = sessions.find(attempt.password, attempt.address);
    if (session?.user.username === attempt.username) {
      const account = accountOf(session.user);
      tokenOf.set(account, secrets.digest(attempt.password));
      return account;
    }
    if (instances.concerns(attempt.username)) return instances.login(attempt);
    const user = await logins.check(attempt);
    return user && accountOf(user);
  }

  function isUserCurrent(account: Account): boolean {
    const user = users.get(userIdOf(account.key));
    if (!user?.canLogin || user.username !== account.username || user.role !== account.kind) return false;
    const token = tokenOf.get(account);
    return token === undefined ? user.generation === account.generation : sessions.isLive(token);
  }

  function tell(accountKey: string): void {
    for (const listener of listeners) listener(accountKey);
  }

  // What other bridges have changed or taken away.
  store.watch(USERS, (changes) => {
    for (const { id, before } of changes) if (before) tell(userAccountKey(id));
  });
  store.watch(TOKENS, (changes) => {
    for (const { before, after } of changes) if (before && !after) tell(userAccountKey(String(before.userId)));
  });
  store.watch(INSTANCES, (changes) => {
    for (const { id, before } of changes) if (before) tell(instanceAccountKey(id));
  });

  return {
    login,
    loginByCertificate(username) {
      const user = users.by('username', username);
      return user?.canLogin === true ? accountOf(user) : undefined;
    },
    recall: (account) => (account.kind === 'instance' ? instances.recall(account) : account),
    isCurrent: (account) => (account.kind === 'instance' ? instances.isCurrent(account) : isUserCurrent(account)),
    topicsOf({ kind, key }) {
      const user = kind === 'device' ? users.get(userIdOf(key)) : undefined;
      return (user?.role === 'device' && user.topics) || NO_TOPICS;
    },
    isInstanceRoot: (name) => instances.isRoot(name),
    onRevoked(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    userChanged: (userId) => tell(userAccountKey(String(userId))),
    instanceChanged: (instanceId) => tell(instanceAccountKey(instanceId)),
  };
}

function accountOf({ id, role, username, generation, ownerId }: UserRecord): Account {
  return { key: userAccountKey(id), kind: role, username, generation, owner: ownerId };
}

function userAccountKey(userId: string): string {
  return KEY_PREFIX + userId;
}

function userIdOf(accountKey: string): string {
  return accountKey.slice(KEY_PREFIX.length);
}
