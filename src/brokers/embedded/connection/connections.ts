/** Owns who is connected right now, by account and client id. */

import type { Account } from '../../../core/accounts/accounts.ts';
import type { Level } from '../packets/packet.ts';

/** A connection that has logged in. */
export interface Connected {
  readonly account: Account;
  readonly clientId: string;
  readonly address: string | undefined;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly level: Level;
  /** Its client has gone by itself, and what it said last is being done. */
  readonly isLingering: boolean;
  /** Ends with this reason code; its session is free for another connection when this returns. */
  part(reasonCode: number, why: string): void;
  /** Resolves when nothing of it is left, not even the socket. */
  readonly gone: Promise<void>;
}

export class Connections {
  readonly #accounts = new Map<string, Map<string, Connected>>();
  /** The instances that have logged in since they were last forgotten, or before that start: who else could have left anything behind? */
  readonly #instances = new Map<string, Account>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(connected: Connected): void {
    const { account, clientId } = connected;
    const ofAccount = this.#accounts.get(account.key) ?? new Map<string, Connected>();
    this.#accounts.set(account.key, ofAccount);
    ofAccount.set(clientId, connected);
    this.remember(account);
    this.#size += 1;
  }

  /** It may have left something, in this run or an earlier one. */
  remember(account: Account): void {
    if (account.kind === 'instance') this.#instances.set(account.key, account);
  }

  delete(connected: Connected): void {
    const { account, clientId } = connected;
    const ofAccount = this.#accounts.get(account.key);
    if (ofAccount?.get(clientId) !== connected) return;
    ofAccount.delete(clientId);
    this.#size -= 1;
    if (ofAccount.size === 0) this.#accounts.delete(account.key);
  }

  find(accountKey: string, clientId: string): Connected | undefined {
    return this.#accounts.get(accountKey)?.get(clientId);
  }

  of(accountKey: string): Connected[] {
    return [...(this.#accounts.get(accountKey)?.values() ?? [])];
  }

  count(accountKey: string): number {
    return this.#accounts.get(accountKey)?.size ?? 0;
  }

  /** The instance of this key as it logged in last. */
  instance(accountKey: string): Account | undefined {
    return this.#instances.get(accountKey);
  }

  instances(): Account[] {
    return [...this.#instances.values()];
  }

  forgetInstance(accountKey: string): void {
    this.#instances.delete(accountKey);
  }

  *all(): Iterable<Connected> {
    for (const ofAccount of this.#accounts.values()) yield* ofAccount.values();
  }
}
