/** Owns accounts in memory for tests of brokers: names with passwords, taken away or re-keyed at will. */

import type { Account, AccountDirectory, LoginAttempt } from '../../../src/core/accounts/accounts.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';

export interface MemoryDirectory extends AccountDirectory {
  /** The password is the user name unless given. */
  add(kind: Account['kind'], username: string, password?: string): Account;
  remove(username: string): void;
  /** Gives a device its topics, others than it had. */
  allow(username: string, ...topics: string[]): void;
  /** The old password and what was opened with it are no longer good. */
  rekey(username: string, password: string): void;
  /** Fails every login with this code until told `undefined`. */
  failWith(code: 'rate_limited' | 'internal' | undefined, options?: { readonly retryAfterSeconds?: number }): void;
  /** Every login waits until the result is called. */
  holdLogins(): () => void;
  readonly attempts: readonly LoginAttempt[];
}

const NO_TOPICS: readonly string[] = [];

/** With the admin `root`, the user `carol` and the instances `alice` and `bob`; passwords are the names. */
export function tenants(): MemoryDirectory {
  const directory = memoryDirectory();
  directory.add('admin', 'root');
  directory.add('user', 'carol');
  directory.add('instance', 'alice');
  directory.add('instance', 'bob');
  return directory;
}

export function memoryDirectory(): MemoryDirectory {
  const entries = new Map<string, { account: Account; password: string }>();
  const given = new Map<string, readonly string[]>();
  const listeners = new Set<(accountKey: string) => void>();
  const attempts: LoginAttempt[] = [];
  let failure: ApiError | undefined;
  let gate: Promise<void> = Promise.resolve();
  const revoked = ({ key }: Account) => {
    for (const listener of listeners) listener(key);
  };

  return {
    attempts,
    add(kind, username, password = username) {
      const account: Account = { key: `${kind}:${username}`, kind, username, generation: 1 };
      entries.set(username, { account, password });
      return account;
    },
    allow(username, ...topics) {
      const entry = entries.get(username);
      if (!entry) throw new Error(`nobody is called ${username}`);
      given.set(entry.account.key, topics);
      revoked(entry.account);
    },
    remove(username) {
      const entry = entries.get(username);
      entries.delete(username);
      if (entry) revoked(entry.account);
    },
    rekey(username, password) {
      const entry = entries.get(username);
      if (!entry) throw new Error(`nobody is called ${username}`);
      const account = { ...entry.account, generation: entry.account.generation + 1 };
      entries.set(username, { account, password });
      revoked(account);
    },
    failWith(code, options) {
      failure = code && new ApiError(code, options);
    },
    holdLogins() {
      let release: () => void = () => undefined;
      gate = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    async login(attempt) {
      attempts.push(attempt);
      await gate;
      if (failure) throw failure;
      const entry = entries.get(attempt.username);
      return entry?.password === attempt.password ? entry.account : undefined;
    },
    loginByCertificate: (username) => entries.get(username)?.account,
    recall: (account) => account,
    isCurrent: ({ username, generation }) => entries.get(username)?.account.generation === generation,
    topicsOf: ({ key }) => given.get(key) ?? NO_TOPICS,
    isInstanceRoot: (name) => entries.get(name)?.account.kind === 'instance',
    onRevoked(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
