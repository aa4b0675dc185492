/** Owns records of instances for tests of brokers: a directory that lets in who is recorded, with every password that counts. */

import type { Account, AccountDirectory } from '../../../src/core/accounts/accounts.ts';
import type { InstanceSpec } from '../../../src/core/instances/provisioner.ts';

export interface InstanceRecords extends AccountDirectory {
  put(spec: InstanceSpec): void;
  /** Refused from now on, but still known as a root. */
  deny(user: string): void;
  forget(user: string): void;
  /** Every login that is under way, and every later one, waits until the result is called. */
  holdLogins(): () => void;
  readonly attempts: number;
}

export function accountKeyOf(user: string): string {
  return `instance:${user}`;
}

export function instanceRecords(): InstanceRecords {
  const specs = new Map<string, InstanceSpec>();
  const passwordOf = new WeakMap<Account, string>();
  const listeners = new Set<(accountKey: string) => void>();
  let gate: Promise<void> = Promise.resolve();
  let attempts = 0;

  function put(spec: InstanceSpec): void {
    specs.set(spec.user, spec);
    for (const listener of listeners) listener(accountKeyOf(spec.user));
  }

  return {
    put,
    deny(user) {
      const spec = specs.get(user);
      if (spec !== undefined) put({ ...spec, enabled: false });
    },
    forget: (user) => void specs.delete(user),
    holdLogins() {
      let release: () => void = () => undefined;
      gate = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    get attempts() {
      return attempts;
    },
    loginByCertificate: () => undefined,
    async login({ username, password }) {
      const spec = specs.get(username);
      attempts += 1;
      await gate;
      if (!spec?.enabled || !spec.passwords.includes(password)) return undefined;
      const account: Account = {
        key: accountKeyOf(username),
        kind: 'instance',
        username,
        generation: spec.generation,
      };
      passwordOf.set(account, password);
      return account;
    },
    recall: (account) => account,
    isCurrent(account) {
      const spec = specs.get(account.username);
      return spec?.enabled === true && spec.passwords.includes(passwordOf.get(account) ?? '');
    },
    topicsOf: () => [],
    isInstanceRoot: (name) => specs.has(name),
    onRevoked(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
