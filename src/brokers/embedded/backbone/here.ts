/** Owns what other brokers may have done here: it is about the connections and sessions of this broker alone. */

import type { Connections } from '../connection/connections.ts';
import type { Eviction } from '../eviction.ts';
import { REASON } from '../packets/reason-codes.ts';
import type { RetainedMessages } from '../retained.ts';
import type { BrokerSession, Here } from './backbone.ts';

interface Parts {
  readonly connections: Connections;
  readonly eviction: Eviction;
  readonly retained: RetainedMessages;
  readonly hear: Here['hear'];
}

export function openHere({ connections, eviction, retained, hear }: Parts): Here {
  return {
    hear,
    learn: (bucket, topic, message) => retained.learn(bucket, topic, message),
    forget: (bucket) => retained.forget(bucket),
    async part(accountKey, clientId) {
      const former = connections.find(accountKey, clientId);
      if (former === undefined) return false;
      // What it has said before it went is still being done.
      if (former.isLingering) await former.gone;
      else former.part(REASON.sessionTakenOver, 'another connection has taken its session over [MQTT-3.1.4-3]');
      return true;
    },
    settle: eviction.settle,
    kick: eviction.kick,
    disconnect: eviction.disconnect,
    evict: eviction.evict,
    sessions: (accountKey) => sessionsOf(connections, accountKey),
  };
}

export function sessionsOf(connections: Connections, accountKey: string): BrokerSession[] {
  return connections.of(accountKey).map(({ clientId, address, since, level }) => {
    return { clientId, address, since, protocolVersion: level };
  });
}
