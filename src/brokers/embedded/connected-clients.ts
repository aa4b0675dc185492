/** Owns who is connected to the embedded broker right now, by account and by client. */

import type { Client } from 'aedes';
import type { Account } from '../../core/accounts/accounts.ts';

/** A connection that has logged in, for as long as anything of it may still arrive. */
export interface ConnectedClient {
  readonly account: Account;
  /** As the client sent it or was told, without the account. */
  readonly clientId: string;
  readonly address: string | undefined;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly client: Client;
  /** Set once it did what it may not do: it is on its way out, and nothing more is accepted. */
  isRefused: boolean;
}

export class ConnectedClients {
  readonly #ofClient = new WeakMap<Client, ConnectedClient>();
  readonly #byId = new Map<string, ConnectedClient>();
  readonly #byAccount = new Map<string, Set<ConnectedClient>>();

  /** The instances that have logged in since they were last forgotten: who else could have left anything behind? */
  readonly #instances = new Map<string, Account>();

  /** @param id the client id within all accounts */
  add(id: string, connected: ConnectedClient): void {
    const { key } = connected.account;
    this.#ofClient.set(connected.client, connected);
    this.#byId.set(id, connected);
    if (connected.account.kind === 'instance') this.#instances.set(key, connected.account);
    this.#byAccount.set(key, (this.#byAccount.get(key) ?? new Set()).add(connected));
  }

  /** True when no newer connection has taken the id over. */
  remove(id: string, connected: ConnectedClient): boolean {
    const { key } = connected.account;
    const ofAccount = this.#byAccount.get(key);
    ofAccount?.delete(connected);
    if (ofAccount?.size === 0) this.#byAccount.delete(key);
    return this.#byId.get(id) === connected && this.#byId.delete(id);
  }

  /** Also for a closed client: its will is published after it has gone. */
  of(client: Client): ConnectedClient | undefined {
    return this.#ofClient.get(client);
  }

  byAccount(accountKey: string): ConnectedClient[] {
    return [...(this.#byAccount.get(accountKey) ?? [])];
  }

  /** The instance of this key as it logged in last. */
  instance(accountKey: string): Account | undefined {
    return this.#instances.get(accountKey);
  }

  /** All of them. */
  instances(): Account[] {
    return [...this.#instances.values()];
  }

  forgetInstance(accountKey: string): void {
    this.#instances.delete(accountKey);
  }

  /** Connections of an account, without the one that `id` would take over. */
  countBeside(accountKey: string, id: string): number {
    const ofAccount = this.#byAccount.get(accountKey);
    if (ofAccount === undefined) return 0;
    const takenOver = this.#byId.get(id);
    return ofAccount.size - (takenOver !== undefined && ofAccount.has(takenOver) ? 1 : 0);
  }
}
