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

  /** Something may have been put there while nothing was told. */
  async function look(bucket: string): Promise<void> {
    for (const { session, key } of keeper.sessionsOf(bucket)) {
      for (const kept of await shelf.readAt(key)) deliver(session, kept);
    }
  }

  return (bucket, kept) => {
    if (kept !== 'again') take(kept);
    else void look(bucket).catch((error: unknown) => log.warn({ err: error }, 'queues could not be read again'));
  };
}
