/** Owns what happens to messages that others put into the queues of sessions that are here: the client gets them, in their order. */

import type { Kept, Shelf } from '../../../../core/cluster/shelf.ts';
import type { Log } from '../../../../core/ports.ts';
import type { Session } from '../../sessions/session.ts';
import type { Here } from '../backbone.ts';
import { owedOf } from '../claiming.ts';
import { sessionKey } from './elsewhere.ts';
import type { SharedKeeper } from './keeper.ts';

interface Parts {
  readonly keeper: SharedKeeper;
  readonly shelf: Shelf;
  /** Of sessions that are about to be here. */
  readonly early: Map<string, Kept[]>;
  readonly here: () => Here | undefined;
  readonly log: Log;
}

export function createQueued({
  keeper,
  shelf,
  early,
  here,
  log,
}: Parts): (bucket: string, kept: Kept | 'again') => void {
  function deliver(session: Session, kept: Kept): void {
    if (!keeper.isNew(session, kept)) return;
    session.restore(owedOf(kept), false);
    session.pump();
  }

  function take(kept: Kept): void {
    const [, accountKey = '', clientId = ''] = kept.key;
    const session = here()?.session(accountKey, clientId);
    if (session !== undefined) deliver(session, kept);
    else early.get(sessionKey(accountKey, clientId))?.push(kept);
  }

  /** Told while a look is under way: what is read is before it, and would count as known behind it. */
  const told = new Map<string, Kept[]>();

  /** Something may have been put there while nothing was told. */
  async function look(bucket: string): Promise<void> {
    const behind = told.get(bucket) ?? [];
    told.set(bucket, behind);
    try {
      for (const { session, key } of keeper.sessionsOf(bucket)) {
        for (const kept of await shelf.readAt(key)) deliver(session, kept);
      }
    } finally {
      if (told.get(bucket) === behind) told.delete(bucket);
      for (const kept of behind.splice(0)) take(kept);
    }
  }

  return (bucket, kept) => {
    const behind = told.get(bucket);
    if (kept === 'again')
      void look(bucket).catch((error: unknown) => log.warn({ err: error }, 'queues could not be read again'));
    else if (behind === undefined) take(kept);
    else behind.push(kept);
  };
}
