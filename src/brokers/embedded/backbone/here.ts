/** Owns what other brokers may have done here: it is about the connections and sessions of this broker alone. */

import type { BrokerObserver } from '../../../core/instances/usage/broker-observer.ts';
import type { AccountUses } from '../accounts/account-uses.ts';
import type { Connections } from '../connection/connections.ts';
import type { Eviction } from '../eviction.ts';
import { REASON } from '../packets/reason-codes.ts';
import type { RetainedMessages } from '../retained.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Wills } from '../sessions/wills.ts';
import type { Tally } from '../tally.ts';
import type { BrokerSession, Here } from './backbone.ts';

interface Parts {
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly wills: Wills;
  readonly tally: Tally;
  readonly eviction: Eviction;
  readonly mayReceive: Here['mayReceive'];
  readonly publishWill: Here['publishWill'];
  readonly retained: RetainedMessages;
  readonly hear: Here['hear'];
  readonly uses: AccountUses;
  readonly observer: BrokerObserver;
}

export function openHere(parts: Parts): Here {
  const { connections, sessions, wills, tally, eviction, retained, hear, mayReceive, publishWill, uses } = parts;
  return {
    hear,
    learn: (bucket, topic, message) => retained.learn(bucket, topic, message),
    forget: (bucket) => retained.forget(bucket),
    session: (accountKey, clientId) => sessions.find(accountKey, clientId),
    ended: (account, clientId) => wills.publishNow({ account, clientId }),
    mayReceive,
    publishWill,
    closeTenants() {
      const tenants = [...connections.all()].filter(({ account }) => account.kind === 'instance');
      for (const tenant of tenants) tenant.part(REASON.useAnotherServer, 'the cluster is out of reach');
    },
    dropped: (account) => tally.dropped(account),
    async part(accountKey, clientId, isNew) {
      const former = connections.find(accountKey, clientId);
      // What it has said before it went is still being done.
      if (former?.isLingering === true) await former.gone;
      else former?.part(REASON.sessionTakenOver, 'another connection has taken its session over [MQTT-3.1.4-3]');
      const ofSession = { account: accountKey, clientId };
      if (isNew) wills.publishNow(ofSession);
      else wills.cancel(ofSession);
    },
    settle: eviction.settle,
    kick: eviction.kick,
    disconnect: eviction.disconnect,
    evict: eviction.evict,
    sessions: (accountKey) => sessionsOf(connections, accountKey),
    connected: (accountKey) => connections.count(accountKey),
    uses,
    hasElsewhere: (account, count) => parts.observer.elsewhere(account, count),
  };
}

export function sessionsOf(connections: Connections, accountKey: string): BrokerSession[] {
  return connections.of(accountKey).map(({ clientId, address, since, level }) => {
    return { clientId, address, since, protocolVersion: level };
  });
}
