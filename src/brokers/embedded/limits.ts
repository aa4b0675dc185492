/** Owns how much of the embedded broker anybody may take: one account, an owner with all accounts, whoever is not known yet, and all together. */

export interface BrokerLimits {
  /** Open connections of everybody, logged in or not. */
  readonly connections: number;
  /** Of them, so many may not have logged in yet, before the longest silent one makes room for each that comes. */
  readonly unknownConnections: number;
  readonly unknownPerAddress: number;
  /** The part of all connections that is kept free for administrators. */
  readonly adminShare: number;
  /** The part of all connections that one owner may have with all accounts together. */
  readonly ownerShare: number;
  /** How long a fresh connection may take to send its CONNECT. */
  readonly connectTimeoutMs: number;
  /** How long a client may read nothing of what waits for it before the connection ends. */
  readonly drainTimeoutMs: number;
  /** Largest first packet, which comes from someone we do not know yet. */
  readonly connectBytes: number;
  /** Longest session a client of MQTT 5 may ask for, and how long one of an older client is kept. */
  readonly sessionExpirySeconds: number;
  /** QoS 1 and 2 publishes of one client that are not finished; clients of MQTT 5 are told. */
  readonly receiveMaximum: number;
  readonly topicLevels: number;
  readonly topicAliases: number;
  /** Of accounts that belong to the house: administrators, users, devices. */
  readonly home: AccountLimits;
  /** Of each rented instance. */
  readonly tenant: AccountLimits;
}

export interface AccountLimits {
  readonly connections: number;
  readonly packetBytes: number;
  /** Of all sessions together, those that are away included. */
  readonly filters: number;
  /** Beyond it, the session that has been away longest is forgotten. */
  readonly offlineSessions: number;
  /** For the house: of all accounts together. */
  readonly retainedMessages: number;
  readonly retainedBytes: number;
  readonly queuedMessagesPerSession: number;
  /** Of all that waits for its clients, in queues and before sockets, overhead included. */
  readonly waitingBytes: number;
  /** QoS 1 and 2 messages that one client has not acknowledged yet, if it names no number of its own. */
  readonly inflight: number;
  /** Deliveries; a large one counts as several. 0: as many as there are. */
  readonly workPerSecond: number;
  readonly workBurst: number;
}

const MIB = 1024 * 1024;

const DEFAULT_LIMITS: BrokerLimits = {
  connections: 5000,
  unknownConnections: 500,
  unknownPerAddress: 100,
  adminShare: 0.01,
  ownerShare: 0.25,
  connectTimeoutMs: 5000,
  drainTimeoutMs: 30_000,
  connectBytes: 64 * 1024,
  sessionExpirySeconds: 7 * 24 * 3600,
  receiveMaximum: 1000,
  topicLevels: 200,
  topicAliases: 32,
  home: {
    connections: 4000,
    packetBytes: 2 * MIB,
    filters: 10_000,
    offlineSessions: 100,
    retainedMessages: 100_000,
    retainedBytes: 64 * MIB,
    queuedMessagesPerSession: 1000,
    waitingBytes: 64 * MIB,
    inflight: 100,
    workPerSecond: 0,
    workBurst: 0,
  },
  tenant: {
    connections: 1000,
    packetBytes: MIB / 4,
    filters: 1000,
    offlineSessions: 100,
    retainedMessages: 10_000,
    retainedBytes: 16 * MIB,
    queuedMessagesPerSession: 1000,
    waitingBytes: 16 * MIB,
    inflight: 100,
    workPerSecond: 50_000,
    workBurst: 2000,
  },
};

type Shared = Omit<BrokerLimits, 'home' | 'tenant'>;

/** What is not named stays as it is by default. */
export interface LimitChanges extends Partial<Shared> {
  readonly home?: Partial<AccountLimits>;
  readonly tenant?: Partial<AccountLimits>;
}

export function limitsWith({ home, tenant, ...shared }: LimitChanges = {}): BrokerLimits {
  return {
    ...DEFAULT_LIMITS,
    ...shared,
    home: { ...DEFAULT_LIMITS.home, ...home },
    tenant: { ...DEFAULT_LIMITS.tenant, ...tenant },
  };
}
