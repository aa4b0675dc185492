/** Owns what happens when an account loses its rights: its connections end, and of an instance nothing stays behind. */

import type { Aedes, AedesPublishPacket } from 'aedes';
import type { AccountDirectory } from '../../core/accounts/accounts.ts';
import { cancelTimers } from './aedes-internals.ts';
import type { ConnectedClients } from './connected-clients.ts';
import type { RetainedMessages } from './kept/retained-messages.ts';
import type { KeptSessions } from './kept/sessions.ts';
import type { PublishRate } from './publish-rate.ts';
import { REASON } from './reason-codes.ts';

export interface RevocationSetup {
  readonly directory: AccountDirectory;
  readonly broker: Aedes;
  readonly connected: ConnectedClients;
  readonly sessions: KeptSessions;
  readonly retained: RetainedMessages<AedesPublishPacket>;
  readonly rate: PublishRate;
}

/** The result ends what an account may no longer do; the directory must know of the loss before it is called. */
export function createRevocation({ directory, broker, connected, sessions, retained, rate }: RevocationSetup) {
  // aedes arms the timer of a session right after this event, also when the session has been forgotten meanwhile.
  broker.on('clientDisconnect', ({ id }) => {
    if (!sessions.has(id)) queueMicrotask(() => cancelTimers(broker, id));
  });

  return (accountKey: string): void => {
    for (const { account, client } of connected.byAccount(accountKey)) {
      // Its will needs no care: an account that is not current may not publish one.
      if (!directory.isCurrent(account)) client.disconnect({ reasonCode: REASON.administrativeAction });
    }
    const instance = connected.instance(accountKey);
    // A rotated or disabled one keeps what it has.
    if (instance === undefined || directory.isInstanceRoot(instance.username)) return;
    connected.forgetInstance(accountKey);
    for (const id of sessions.idsOf(accountKey)) sessions.forget(id);
    retained.drop(instance.username);
    rate.forget(accountKey);
  };
}
