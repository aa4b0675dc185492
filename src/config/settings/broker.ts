/** Owns the settings of the embedded broker: whether it keeps what it holds, and the limits of everybody, of each account of the house, and of each rented instance. */

import { COUNT, FLAG } from './kinds.ts';

const BYTES = { type: 'integer', minimum: 1024, maximum: 268_435_455 } as const;
const MS = { type: 'integer', minimum: 100, maximum: 3_600_000 } as const;
const PERCENT = { type: 'integer', minimum: 1, maximum: 100 } as const;
/** 0 is no limit. */
const RATE = { type: 'integer', minimum: 0 } as const;
/** As many as MQTT has packet ids. */
const IDS = { type: 'integer', minimum: 1, maximum: 65_535 } as const;
/** MQTT 5.0, 3.1.2.11.2: one more would be for ever. */
const SECONDS = { type: 'integer', minimum: 0, maximum: 4_294_967_294 } as const;

export const BROKER_SETTINGS = {
  BROKER_PERSISTENCE: {
    ...FLAG,
    yaml: 'broker.persistence',
    default: true,
    description: 'Keep what the embedded broker holds across restarts; off spares a flash card.',
  },

  BROKER_CONNECTIONS: {
    ...COUNT,
    yaml: 'broker.connections',
    default: 5000,
    description: 'Clients that may be connected to the embedded broker at a time.',
  },
  BROKER_UNKNOWN_CONNECTIONS: {
    ...COUNT,
    yaml: 'broker.unknown_connections',
    default: 500,
    description:
      'Of them, so many that have not logged in yet; beyond it, the one that has been silent longest makes room.',
  },
  BROKER_UNKNOWN_PER_ADDRESS: {
    ...COUNT,
    yaml: 'broker.unknown_per_address',
    default: 100,
    description: 'The same for one address; an IPv6 network is one address.',
  },
  BROKER_OWNER_SHARE: {
    ...PERCENT,
    yaml: 'broker.owner_share',
    default: 25,
    description: 'How many percent of the connections one owner may have, with all accounts and instances.',
  },
  BROKER_CONNECT_TIMEOUT_MS: {
    ...MS,
    yaml: 'broker.connect_timeout_ms',
    default: 5000,
    description: 'How long a fresh connection may take to log in, in milliseconds.',
  },
  BROKER_DRAIN_TIMEOUT_MS: {
    ...MS,
    yaml: 'broker.drain_timeout_ms',
    default: 30_000,
    description: 'How long a client may leave unread what waits for it, in milliseconds.',
  },
  BROKER_MAX_CONNECT: {
    ...BYTES,
    yaml: 'broker.max_connect',
    default: 65_536,
    description: 'Largest first packet, which comes from a client that is not known yet, in bytes.',
  },
  BROKER_MAX_LEVELS: { ...COUNT, yaml: 'broker.max_levels', default: 200, description: 'Levels of a topic.' },
  BROKER_SESSION_EXPIRY_SECONDS: {
    ...SECONDS,
    yaml: 'broker.session_expiry_seconds',
    default: 604_800,
    description: 'Longest time that a session is kept for a client that is away, in seconds.',
  },
  BROKER_RECEIVE_MAXIMUM: {
    ...IDS,
    yaml: 'broker.receive_maximum',
    default: 1000,
    description: 'QoS 1 and 2 messages of one client that may be unfinished.',
  },

  BROKER_MAX_CLIENTS: {
    ...COUNT,
    yaml: 'broker.max_clients',
    default: 4000,
    description: 'Clients of one account of the house: an administrator, a user, a device.',
  },
  BROKER_MAX_PACKET: {
    ...BYTES,
    yaml: 'broker.max_packet',
    default: 2_097_152,
    description: 'Largest packet of such a client, in bytes.',
  },
  BROKER_MAX_FILTERS: {
    ...COUNT,
    yaml: 'broker.max_filters',
    default: 10_000,
    description: 'Subscriptions of one account, those of clients that are away included.',
  },
  BROKER_MAX_AWAY: {
    ...COUNT,
    yaml: 'broker.max_away',
    default: 100,
    description: 'Sessions of one account that are kept for clients that are away; beyond it, the oldest is forgotten.',
  },
  BROKER_MAX_RETAINED: {
    ...COUNT,
    yaml: 'broker.max_retained',
    default: 100_000,
    description: 'Retained messages of the house, all accounts together.',
  },
  BROKER_MAX_RETAINED_BYTES: {
    ...BYTES,
    yaml: 'broker.max_retained_bytes',
    default: 67_108_864,
    description: 'Their size, in bytes.',
  },
  BROKER_MAX_QUEUED: {
    ...COUNT,
    yaml: 'broker.max_queued',
    default: 1000,
    description: 'Messages that wait for one client; what comes beyond is dropped.',
  },
  BROKER_MAX_WAITING_BYTES: {
    ...BYTES,
    yaml: 'broker.max_waiting_bytes',
    default: 67_108_864,
    description: 'Size of all that waits for the clients of one account, in bytes.',
  },
  BROKER_MAX_INFLIGHT: {
    ...IDS,
    yaml: 'broker.max_inflight',
    default: 100,
    description: 'QoS 1 and 2 messages that one client may leave unacknowledged.',
  },
  BROKER_DELIVERIES_PER_SECOND: {
    ...RATE,
    yaml: 'broker.deliveries_per_second',
    default: 0,
    description:
      'Deliveries that one account may cause per second, a large one counts as several; 0 is as many as there are.',
  },

  BROKER_TENANT_MAX_CLIENTS: {
    ...COUNT,
    yaml: 'broker.tenant.max_clients',
    default: 1000,
    description: 'Clients of one MQTT instance.',
  },
  BROKER_TENANT_MAX_PACKET: {
    ...BYTES,
    yaml: 'broker.tenant.max_packet',
    default: 262_144,
    description: 'Largest packet of a client of an instance, in bytes.',
  },
  BROKER_TENANT_MAX_FILTERS: {
    ...COUNT,
    yaml: 'broker.tenant.max_filters',
    default: 1000,
    description: 'Subscriptions of one instance, those of clients that are away included.',
  },
  BROKER_TENANT_MAX_AWAY: {
    ...COUNT,
    yaml: 'broker.tenant.max_away',
    default: 100,
    description:
      'Sessions of one instance that are kept for clients that are away; beyond it, the oldest is forgotten.',
  },
  BROKER_TENANT_MAX_RETAINED: {
    ...COUNT,
    yaml: 'broker.tenant.max_retained',
    default: 10_000,
    description: 'Retained messages of one instance.',
  },
  BROKER_TENANT_MAX_RETAINED_BYTES: {
    ...BYTES,
    yaml: 'broker.tenant.max_retained_bytes',
    default: 16_777_216,
    description: 'Their size, in bytes.',
  },
  BROKER_TENANT_MAX_QUEUED: {
    ...COUNT,
    yaml: 'broker.tenant.max_queued',
    default: 1000,
    description: 'Messages that wait for one client of an instance; what comes beyond is dropped.',
  },
  BROKER_TENANT_MAX_WAITING_BYTES: {
    ...BYTES,
    yaml: 'broker.tenant.max_waiting_bytes',
    default: 16_777_216,
    description: 'Size of all that waits for the clients of one instance, in bytes.',
  },
  BROKER_TENANT_MAX_INFLIGHT: {
    ...IDS,
    yaml: 'broker.tenant.max_inflight',
    default: 100,
    description: 'QoS 1 and 2 messages that one client of an instance may leave unacknowledged.',
  },
  BROKER_TENANT_DELIVERIES_PER_SECOND: {
    ...RATE,
    yaml: 'broker.tenant.deliveries_per_second',
    default: 50_000,
    description:
      'Deliveries that one instance may cause per second, a large one counts as several; 0 is as many as there are.',
  },
} as const;
