/** Owns the port to what an instance has used: counted where the messages pass, asked for by the API. */

export interface InstanceCounters {
  readonly messagesReceived: number;
  readonly messagesSent: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly peakConnections: number;
  readonly refusedLogins: number;
}

/** What was counted from `since` on, for one stretch of time. */
interface UsagePeriod extends InstanceCounters {
  /** ISO 8601. */
  readonly since: string;
}

interface LastSeen {
  /** ISO 8601. */
  readonly at: string;
  readonly address: string | null;
  readonly clientId: string | null;
}

export interface InstanceUsageReport {
  readonly counters: InstanceCounters;
  /** The oldest first. */
  readonly history: readonly UsagePeriod[];
  /** Null: never used. */
  readonly lastSeen: LastSeen | null;
}

export interface InstanceUsage {
  of(instanceId: string): InstanceUsageReport;
}

const NOTHING: InstanceUsageReport = {
  counters: {
    messagesReceived: 0,
    messagesSent: 0,
    bytesReceived: 0,
    bytesSent: 0,
    peakConnections: 0,
    refusedLogins: 0,
  },
  history: [],
  lastSeen: null,
};

/** For brokers that count nothing. */
export const NO_USAGE: InstanceUsage = { of: () => NOTHING };
