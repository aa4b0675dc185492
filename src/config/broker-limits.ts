/** Owns how the limits of the embedded broker are told to it: as it names them, with what follows from one setting alone. */

import type { Settings } from './schema.ts';

export type BrokerLimits = ReturnType<typeof brokerLimits>;

/** A burst is what comes within 40 ms. */
const BURSTS_PER_SECOND = 25;

export function brokerLimits(its: Settings) {
  return {
    connections: its.BROKER_CONNECTIONS,
    unknownConnections: its.BROKER_UNKNOWN_CONNECTIONS,
    unknownPerAddress: its.BROKER_UNKNOWN_PER_ADDRESS,
    ownerShare: its.BROKER_OWNER_SHARE / 100,
    connectTimeoutMs: its.BROKER_CONNECT_TIMEOUT_MS,
    drainTimeoutMs: its.BROKER_DRAIN_TIMEOUT_MS,
    connectBytes: its.BROKER_MAX_CONNECT,
    topicLevels: its.BROKER_MAX_LEVELS,
    sessionExpirySeconds: its.BROKER_SESSION_EXPIRY_SECONDS,
    receiveMaximum: its.BROKER_RECEIVE_MAXIMUM,
    home: {
      connections: its.BROKER_MAX_CLIENTS,
      packetBytes: its.BROKER_MAX_PACKET,
      filters: its.BROKER_MAX_FILTERS,
      offlineSessions: its.BROKER_MAX_AWAY,
      retainedMessages: its.BROKER_MAX_RETAINED,
      retainedBytes: its.BROKER_MAX_RETAINED_BYTES,
      queuedMessagesPerSession: its.BROKER_MAX_QUEUED,
      waitingBytes: its.BROKER_MAX_WAITING_BYTES,
      inflight: its.BROKER_MAX_INFLIGHT,
      ...work(its.BROKER_DELIVERIES_PER_SECOND),
    },
    tenant: {
      connections: its.BROKER_TENANT_MAX_CLIENTS,
      packetBytes: its.BROKER_TENANT_MAX_PACKET,
      filters: its.BROKER_TENANT_MAX_FILTERS,
      offlineSessions: its.BROKER_TENANT_MAX_AWAY,
      retainedMessages: its.BROKER_TENANT_MAX_RETAINED,
      retainedBytes: its.BROKER_TENANT_MAX_RETAINED_BYTES,
      queuedMessagesPerSession: its.BROKER_TENANT_MAX_QUEUED,
      waitingBytes: its.BROKER_TENANT_MAX_WAITING_BYTES,
      inflight: its.BROKER_TENANT_MAX_INFLIGHT,
      ...work(its.BROKER_TENANT_DELIVERIES_PER_SECOND),
    },
  };
}

function work(perSecond: number) {
  return { workPerSecond: perSecond, workBurst: Math.ceil(perSecond / BURSTS_PER_SECOND) };
}
