/** Owns the counting for one instance: in plain numbers, since it happens for every message; what is durable is not decided here. */

import { fromPastHour, type PastHour, toPastHour, type UsageHistoryRecord, type UsageRecord } from './records.ts';
import { type InstanceCounters, type LastSeen, NOTHING_COUNTED, type UsagePeriod } from './usage.ts';

type Counters = { -readonly [Name in keyof InstanceCounters]: InstanceCounters[Name] };

export interface UsageTally {
  connections: number;
  readonly total: Counters;
  readonly hour: Counters & { since: string };
  history: readonly PastHour[];
  lastSeen: LastSeen | null;
  /** Whether something is not yet durable; the history changes seldom and is told apart. */
  isChanged: boolean;
  isHistoryChanged: boolean;
  /** `messagesReceived` at the last look. */
  seenMessages: number;
}

const HOUR_MS = 60 * 60 * 1000;
const KEPT_HOURS = 7 * 24;

/** Continues what was kept, if anything was. */
export function openTally(
  kept: UsageRecord | undefined,
  history: UsageHistoryRecord | undefined,
  nowMs: number,
): UsageTally {
  const tally: UsageTally = {
    connections: 0,
    total: { ...(kept?.total ?? NOTHING_COUNTED) },
    hour: { ...(kept?.hour ?? { ...NOTHING_COUNTED, since: hourOf(nowMs) }) },
    history: history?.hours ?? [],
    lastSeen: kept?.lastSeen ?? null,
    isChanged: false,
    isHistoryChanged: false,
    seenMessages: kept?.total.messagesReceived ?? 0,
  };
  turnHour(tally, nowMs);
  return tally;
}

export function countReceived(tally: UsageTally, bytes: number): void {
  const { total, hour } = tally;
  total.messagesReceived += 1;
  total.bytesReceived += bytes;
  hour.messagesReceived += 1;
  hour.bytesReceived += bytes;
  tally.isChanged = true;
}

export function countSent(tally: UsageTally, bytes: number): void {
  const { total, hour } = tally;
  total.messagesSent += 1;
  total.bytesSent += bytes;
  hour.messagesSent += 1;
  hour.bytesSent += bytes;
  tally.isChanged = true;
}

export function countRefusal(tally: UsageTally): void {
  tally.total.refusedLogins += 1;
  tally.hour.refusedLogins += 1;
  tally.isChanged = true;
}

/** @param change of the number of connections */
export function countConnection(tally: UsageTally, change: 1 | -1, lastSeen: LastSeen): void {
  const { total, hour } = tally;
  tally.connections += change;
  total.peakConnections = Math.max(total.peakConnections, tally.connections);
  hour.peakConnections = Math.max(hour.peakConnections, tally.connections);
  tally.lastSeen = lastSeen;
  tally.isChanged = true;
}

/** To be called once a minute: whoever is here and publishes is seen. */
export function noteActivity(tally: UsageTally, nowMs: number): void {
  const { lastSeen, total, connections } = tally;
  if (connections > 0 && total.messagesReceived !== tally.seenMessages && lastSeen) {
    tally.lastSeen = { ...lastSeen, at: new Date(nowMs).toISOString() };
  }
  tally.seenMessages = total.messagesReceived;
}

/** Puts an hour that is over to the others, and drops what is older than seven days. */
export function turnHour(tally: UsageTally, nowMs: number): void {
  const since = hourOf(nowMs);
  if (tally.hour.since === since) return;
  if (isWorthKeeping(tally.hour)) {
    tally.history = [...tally.history, toPastHour(tally.hour)];
    tally.isHistoryChanged = true;
  }
  const oldest = (Date.parse(since) - KEPT_HOURS * HOUR_MS) / 1000;
  tally.history = tally.history.filter(([begin]) => begin >= oldest);
  Object.assign(tally.hour, NOTHING_COUNTED, { since, peakConnections: tally.connections });
  tally.isChanged = true;
}

export function historyOf({ history, hour }: UsageTally): UsagePeriod[] {
  return [...history.map(fromPastHour), ...(isWorthKeeping(hour) ? [{ ...hour }] : [])];
}

function isWorthKeeping({ since, ...counters }: UsagePeriod): boolean {
  return Object.values(counters).some((count) => count > 0);
}

function hourOf(nowMs: number): string {
  return new Date(nowMs - (nowMs % HOUR_MS)).toISOString();
}
