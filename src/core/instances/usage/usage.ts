/** Owns the port to what an instance has used: counted where the messages pass, asked for by the API. */

export interface InstanceCounters {
  readonly messagesReceived: number;
  readonly messagesSent: number;
  /** Of payloads. */
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly peakConnections: number;
  readonly refusedLogins: number;
}

/** What was counted from `since` on, for one hour. */
export interface UsagePeriod extends InstanceCounters {
  /** ISO 8601. */
  readonly since: string;
}

export interface LastSeen {
  /** ISO 8601. */
  readonly at: string;
  readonly address: string | null;
  readonly clientId: string | null;
}

export interface InstanceUsageReport {
  readonly counters: InstanceCounters;
  /** Hours of the last seven days in which there was something to count, the oldest first. */
  readonly history: readonly UsagePeriod[];
  /** Null: never used. */
  readonly lastSeen: LastSeen | null;
}

export interface InstanceUsage {
  of(instanceId: string): InstanceUsageReport;
}

export const NOTHING_COUNTED: InstanceCounters = {
  messagesReceived: 0,
  messagesSent: 0,
  bytesReceived: 0,
  bytesSent: 0,
  peakConnections: 0,
  refusedLogins: 0,
};

/** For brokers that count nothing. */
export const NO_USAGE: InstanceUsage = { of: () => ({ counters: NOTHING_COUNTED, history: [], lastSeen: null }) };
