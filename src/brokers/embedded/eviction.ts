/** Owns the end of an account's connections, awaited to the last socket, and the removal of all that an instance has left. */

import type { AccountDirectory } from '../../core/accounts/accounts.ts';
import type { Acl } from '../acl.ts';
import type { CountedReceipt } from './backbone/backbone.ts';
import type { Connected, Connections } from './connection/connections.ts';
import { REASON } from './packets/reason-codes.ts';
import type { RetainedMessages } from './retained.ts';
import type { Routes } from './routes/routes.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { Wills } from './sessions/wills.ts';

interface Parts {
  readonly directory: AccountDirectory;
  readonly acl: Acl;
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly retained: RetainedMessages;
  readonly routes: Routes;
  readonly wills: Wills;
}

export interface Eviction {
  /** An account has lost rights: its connections end that hold no longer, and subscriptions of a device that it may not have any more. The directory must know of it before this is called. */
  revoke(accountKey: string): void;
  /** Resolves when no connection is left that its account's rights no longer cover. */
  settle(accountKey: string): Promise<void>;
  /** Ends a connection, whose client may come back. Resolves when its socket is closed. @returns whether there was one */
  kick(accountKey: string, clientId: string): Promise<boolean>;
  /** Closes every connection of an account and resolves with how many there were. */
  disconnect(accountKey: string): Promise<number>;
  /**
   * Removes all that an account has, and everything retained under its root. The directory must deny the account already,
   * and still know its root: else who is about to log in comes back, and the retained messages cannot be told from others.
   */
  evict(accountKey: string, root: string): Promise<CountedReceipt>;
}

const WHY = 'an administrator has ended this';

export function createEviction(parts: Parts): Eviction {
  const { directory, acl, connections, sessions, retained, routes, wills } = parts;
  /** Of instances: who was sent away by a loss of rights that nobody has asked about yet. They count in the receipt. */
  const revoked = new Map<string, Connected[]>();

  function revoke(accountKey: string): void {
    routes.forget();
    const losers = connections.of(accountKey).filter(({ account }) => !directory.isCurrent(account));
    if (losers.some(({ account }) => account.kind === 'instance')) {
      revoked.set(accountKey, [...(revoked.get(accountKey) ?? []), ...losers]);
    }
    for (const loser of losers) loser.part(REASON.administrativeAction, WHY);
    unsubscribe(accountKey);
    // A rotated or disabled instance keeps what it has; of one that is gone nothing stays.
    const instance = connections.instance(accountKey);
    if (instance === undefined || directory.isInstanceRoot(instance.username)) return;
    forget(accountKey);
    retained.drop(instance.username);
  }

  /** The topics of a device are others now; other accounts keep theirs for as long as they last. */
  function unsubscribe(accountKey: string): void {
    for (const session of sessions.of(accountKey)) {
      const { account } = session.use;
      if (account.kind !== 'device') return;
      for (const filter of [...session.filters.keys()]) {
        if (!acl.subscribe(account, filter).allowed) sessions.revoke(session, filter);
      }
    }
  }

  /** @returns which sessions there were */
  function forget(accountKey: string): string[] {
    const kept = sessions.of(accountKey);
    for (const session of kept) {
      wills.silence(session);
      sessions.end(session);
    }
    connections.forgetInstance(accountKey);
    return kept.map(({ clientId }) => clientId);
  }

  async function sendAway(losers: readonly Connected[]): Promise<void> {
    for (const loser of losers) loser.part(REASON.administrativeAction, WHY);
    await Promise.all(losers.map(({ gone }) => gone));
  }

  return {
    revoke,
    async settle(accountKey) {
      const losers = connections.of(accountKey).filter(({ account }) => !directory.isCurrent(account));
      await sendAway([...losers, ...(revoked.get(accountKey) ?? [])]);
      revoked.delete(accountKey);
    },
    async kick(accountKey, clientId) {
      const client = connections.find(accountKey, clientId);
      client?.part(REASON.administrativeAction, 'an administrator has sent it away');
      await client?.gone;
      return client !== undefined;
    },
    async disconnect(accountKey) {
      const present = connections.of(accountKey);
      await sendAway(present);
      return present.length;
    },
    async evict(accountKey, root) {
      const before = revoked.get(accountKey) ?? [];
      const kicked = new Set(before.map(({ clientId }) => clientId));
      await sendAway(before);
      // Once more after each time: somebody may have been in the middle of a login.
      for (let present = connections.of(accountKey); present.length > 0; present = connections.of(accountKey)) {
        for (const { clientId } of present) kicked.add(clientId);
        await sendAway(present);
      }
      const offline = forget(accountKey).filter((clientId) => !kicked.has(clientId));
      revoked.delete(accountKey);
      return { kicked: kicked.size, offlineDropped: offline.length, retainedPurged: retained.drop(root) };
    },
  };
}
