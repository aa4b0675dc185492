/** Owns how much one account, and all of them together, may take of the embedded broker. */

export interface BrokerLimits {
  /** Open connections of everybody, logged in or not. */
  readonly connections: number;
  /** How long a fresh connection may take to send its CONNECT. */
  readonly connectTimeoutMs: number;
  /** How long a subscriber may leave its socket full before it is dropped. */
  readonly drainTimeoutMs: number;
  /** Largest first packet, which comes from someone we do not know yet. */
  readonly connectBytes: number;
  /** Largest packet of a client that has logged in. */
  readonly packetBytes: number;
  /** Longest session a MQTT 5 client may ask for. */
  readonly sessionExpirySeconds: number;
  readonly connectionsPerAccount: number;
  /** Filters of all sessions of an account, the offline ones included. */
  readonly subscriptionsPerAccount: number;
  /** Beyond it, the session that has been away longest is forgotten. */
  readonly offlineSessionsPerAccount: number;
  /** Per instance, and for all other topics together. */
  readonly retainedMessages: number;
  readonly retainedBytes: number;
  readonly queuedMessagesPerSession: number;
  readonly queuedBytesPerAccount: number;
  /** QoS 2 publishes of one session that wait for their PUBREL; MQTT 5 clients are told. */
  readonly receiveMaximum: number;
  readonly publishesPerSecond: number;
  readonly publishBurst: number;
}

export const DEFAULT_LIMITS: BrokerLimits = {
  connections: 5000,
  connectTimeoutMs: 5000,
  drainTimeoutMs: 5000,
  connectBytes: 8 * 1024,
  packetBytes: 256 * 1024,
  sessionExpirySeconds: 7 * 24 * 3600,
  connectionsPerAccount: 1000,
  subscriptionsPerAccount: 1000,
  offlineSessionsPerAccount: 100,
  retainedMessages: 10_000,
  retainedBytes: 16 * 1024 * 1024,
  queuedMessagesPerSession: 1000,
  queuedBytesPerAccount: 16 * 1024 * 1024,
  receiveMaximum: 1000,
  publishesPerSecond: 20_000,
  publishBurst: 40_000,
};
