/** Owns the end of connections on demand, awaited to the last socket, and the removal of all that an instance has left. */

import type { AedesPublishPacket } from 'aedes';
import type { AccountDirectory } from '../../core/accounts/accounts.ts';
import type { Receipt } from '../../core/instances/provisioner.ts';
import type { ConnectedClient, ConnectedClients } from './connected-clients.ts';
import type { RetainedMessages } from './kept/retained-messages.ts';
import type { KeptSessions } from './kept/sessions.ts';
import type { PublishRate } from './publish-rate.ts';
import { REASON } from './reason-codes.ts';

export interface EvictionSetup {
  readonly directory: AccountDirectory;
  readonly connected: ConnectedClients;
  readonly sessions: KeptSessions;
  readonly retained: RetainedMessages<AedesPublishPacket>;
  readonly rate: PublishRate;
}

export interface Eviction {
  /** To be called when an account has lost its rights, before its connections end: they count in its receipt. */
  note(accountKey: string): void;
  /** Resolves when no connection is left that its account's rights no longer cover. */
  settle(accountKey: string): Promise<void>;
  /** Closes every connection of an account and resolves with how many there were. */
  disconnect(accountKey: string): Promise<number>;
  /**
   * Removes all that an account has, and everything retained under its root. The directory must deny the account already,
   * and still know its root: else who is about to log in comes back, and the retained messages cannot be told from others.
   */
  evict(accountKey: string, root: string): Promise<Receipt>;
}

export function createEviction(setup: EvictionSetup): Eviction {
  const { directory, connected, sessions, retained, rate } = setup;
  /** Client ids, within all accounts, of connections that ended by a loss of rights nobody has asked about yet. */
  const revoked = new Map<string, Set<string>>();

  async function evict(accountKey: string, root: string): Promise<Receipt> {
    const kicked = new Set(revoked.get(accountKey));
    // Once more after each time: somebody may have been in the middle of a login.
    for (let present = connected.byAccount(accountKey); present.length > 0; present = connected.byAccount(accountKey)) {
      for (const { client } of present) kicked.add(client.id);
      await closeAll(present);
    }
    const kept = sessions.idsOf(accountKey);
    for (const id of kept) sessions.forget(id);
    revoked.delete(accountKey);
    connected.forgetInstance(accountKey);
    rate.forget(accountKey);
    const offlineDropped = kept.filter((id) => !kicked.has(id)).length;
    return { kicked: kicked.size, offlineDropped, retainedPurged: retained.drop(root) };
  }

  function closeAll(connections: readonly ConnectedClient[]): Promise<unknown> {
    return Promise.all(connections.map(closed));
  }

  function closed({ client }: ConnectedClient): Promise<void> {
    return new Promise((resolve) => {
      client.conn.once('close', () => resolve());
      client.disconnect({ reasonCode: REASON.administrativeAction });
    });
  }

  return {
    note(accountKey) {
      const losers = connected.byAccount(accountKey).filter(({ account }) => isRevokedInstance(account));
      if (losers.length === 0) return;
      const noted = revoked.get(accountKey) ?? new Set();
      revoked.set(accountKey, noted);
      for (const { client } of losers) noted.add(client.id);
    },

    async settle(accountKey) {
      await closeAll(connected.byAccount(accountKey).filter(({ account }) => !directory.isCurrent(account)));
      revoked.delete(accountKey);
    },

    async disconnect(accountKey) {
      const present = connected.byAccount(accountKey);
      await closeAll(present);
      return present.length;
    },

    evict,
  };

  function isRevokedInstance(account: ConnectedClient['account']): boolean {
    return account.kind === 'instance' && !directory.isCurrent(account);
  }
}
