/** Owns what is kept of the usage of instances: a small record that changes each minute, and a larger one that changes each hour. */

import type { CollectionSpec, StoredRecord, Transaction } from '../../store.ts';
import type { InstanceCounters, LastSeen, UsagePeriod } from './usage.ts';

/** By the id of the instance. */
export interface UsageRecord extends StoredRecord {
  readonly total: InstanceCounters;
  /** The hour that is under way. */
  readonly hour: UsagePeriod;
  readonly lastSeen: LastSeen | null;
}

/** Seconds since 1970 of the hour's beginning, and the counters in the order of `InstanceCounters`: there are up to 168 of them. */
export type PastHour = readonly [number, number, number, number, number, number, number];

/** By the id of the instance. */
export interface UsageHistoryRecord extends StoredRecord {
  /** The oldest first; without the hour that is under way. */
  readonly hours: readonly PastHour[];
}

export const INSTANCE_USAGE: CollectionSpec<UsageRecord> = { name: 'instance_usage', unique: {} };
export const INSTANCE_USAGE_HISTORY: CollectionSpec<UsageHistoryRecord> = {
  name: 'instance_usage_history',
  unique: {},
};

export function forgetUsage(tx: Transaction, instanceId: string): void {
  tx.collection(INSTANCE_USAGE).delete(instanceId);
  tx.collection(INSTANCE_USAGE_HISTORY).delete(instanceId);
}

export function toPastHour({ since, ...counters }: UsagePeriod): PastHour {
  const { messagesReceived, messagesSent, bytesReceived, bytesSent, peakConnections, refusedLogins } = counters;
  const begin = Date.parse(since) / 1000;
  return [begin, messagesReceived, messagesSent, bytesReceived, bytesSent, peakConnections, refusedLogins];
}

export function fromPastHour(past: PastHour): UsagePeriod {
  const [begin, messagesReceived, messagesSent, bytesReceived, bytesSent, peakConnections, refusedLogins] = past;
  const since = new Date(begin * 1000).toISOString();
  return { since, messagesReceived, messagesSent, bytesReceived, bytesSent, peakConnections, refusedLogins };
}
