/** Owns what happens when an account loses its rights: its connections end, and of an instance nothing stays behind. */

import type { Aedes, AedesPublishPacket, Client } from 'aedes';
import type { AccountDirectory } from '../core/accounts.ts';
import { cancelTimers, suppressWill } from './aedes-internals.ts';
import type { ConnectedClients } from './connected-clients.ts';
import type { KeptSessions } from './kept-sessions.ts';
import { REASON } from './reason-codes.ts';
import type { RetainedMessages } from './retained-messages.ts';

export interface RevocationSetup {
  readonly directory: AccountDirectory;
  readonly broker: Aedes;
  readonly connected: ConnectedClients;
  readonly sessions: KeptSessions;
  readonly retained: RetainedMessages<AedesPublishPacket>;
}

/** The result ends what an account may no longer do; the directory must know of the loss before it is called. */
export function createRevocation({ directory, broker, connected, sessions, retained }: RevocationSetup) {
  // aedes arms the timer of a session right after this event, also when the session has been forgotten meanwhile.
  broker.on('clientDisconnect', ({ id }) => {
    if (!sessions.has(id)) queueMicrotask(() => cancelTimers(broker, id));
  });

  return (accountKey: string): void => {
    const leaving = connected.byAccount(accountKey).filter(({ account }) => !directory.isCurrent(account));
    for (const connection of leaving) {
      connection.isRefused = true;
      suppressWill(connection.client);
      sendAway(connection.client);
    }
    const instance = connected.instance(accountKey);
    if (instance === undefined || directory.isCurrent(instance)) return;
    connected.forgetInstance(accountKey);
    for (const id of sessions.idsOf(accountKey)) {
      sessions.forget(id);
      cancelTimers(broker, id);
    }
    retained.drop(instance.username);
  };
}

function sendAway(client: Client): void {
  client.disconnect({ reasonCode: REASON.administrativeAction });
  // A client that does not read would delay its own end until its socket drains.
  setImmediate(() => client.close());
}
