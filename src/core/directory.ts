/** Owns the answer to a broker's questions about logins: API users by password or bearer token, and whether they still hold. */

import type { Account, AccountDirectory, LoginAttempt } from './accounts.ts';
import type { Logins } from './logins.ts';
import type { Secrets } from './ports.ts';
import { USERS, type UserRecord } from './records.ts';
import type { Sessions } from './sessions.ts';
import type { Store } from './store.ts';

export interface Directory extends AccountDirectory {
  /** To be called when a user was changed, deleted, or lost a token: connections that no longer hold are closed. */
  userChanged(userId: number): void;
}

export function createDirectory(store: Store, logins: Logins, sessions: Sessions, secrets: Secrets): Directory {
  const users = store.collection(USERS);
  const listeners = new Set<(accountKey: string) => void>();
  // Which token a connection was opened with; the account itself must not carry it around.
  const tokenOf = new WeakMap<Account, string>();

  async function login(attempt: LoginAttempt): Promise<Account | undefined> {
    const session = sessions.find(attempt.password);
    if (session?.user.username === attempt.username) {
      const account = accountOf(session.user);
      tokenOf.set(account, secrets.digest(attempt.password));
      return account;
    }
    const user = await logins.check(attempt);
    return user && accountOf(user);
  }

  return {
    login,
    isCurrent(account) {
      const user = users.get(account.key.slice('user:'.length));
      if (!user?.canLogin || user.username !== account.username || kindOf(user) !== account.kind) return false;
      const token = tokenOf.get(account);
      return token === undefined ? user.generation === account.generation : sessions.isLive(token);
    },
    isInstanceRoot: () => false,
    onRevoked(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    userChanged(userId) {
      for (const listener of listeners) listener(`user:${userId}`);
    },
  };
}

function accountOf(user: UserRecord): Account {
  return { key: `user:${user.id}`, kind: kindOf(user), username: user.username, generation: user.generation };
}

function kindOf(user: UserRecord): 'admin' | 'user' {
  return user.role;
}
