/**
 * Owns the counting for one instance: in plain numbers, since it happens for every message. What was counted here is added to what is kept, which
 * other bridges may add to as well.
 */

import { fromPastHour, type PastHour, toPastHour, type UsageHistoryRecord, type UsageRecord } from './records.ts';
import { type InstanceCounters, type LastSeen, NOTHING_COUNTED, type UsagePeriod } from './usage.ts';

type Counters = { -readonly [Name in keyof InstanceCounters]: InstanceCounters[Name] };
type Hour = Counters & { readonly since: string };

/** What was counted and is not kept yet. */
export interface Counted {
  readonly hours: readonly Hour[];
  readonly lastSeen: LastSeen | null;
  /** The record that it was added to: where that is what is kept, this is in it. */
  addedTo?: UsageRecord | undefined;
}

export interface UsageTally {
  /** Here, at the moment. */
  connections: number;
  /** At other bridges, as far as is known: a client that moves may be in both for a moment, so that only a login here, which asks them, makes a peak of it. */
  elsewhere: number;
  /** Of the hour that is under way, and of those before it, what is not kept yet. */
  hour: Hour;
  past: readonly Hour[];
  /** What is being kept. */
  underWay: readonly Counted[];
  /** Here. */
  lastSeen: LastSeen | null;
  isChanged: boolean;
  /** Since the last look. */
  hasPublished: boolean;
}

/** All that is known of the usage of an instance. */
interface KnownUsage extends Omit<UsageRecord, 'id'> {
  /** Before the hour that is under way. */
  readonly hours: readonly PastHour[];
}

const HOUR_MS = 60 * 60 * 1000;
const KEPT_HOURS = 7 * 24;

export function openTally(nowMs: number): UsageTally {
  return {
    ...{ connections: 0, elsewhere: 0, hour: emptyHour(hourOf(nowMs)), past: [], underWay: [], lastSeen: null },
    ...{ isChanged: false, hasPublished: false },
  };
}

export function countReceived(tally: UsageTally, bytes: number): void {
  const { hour } = tally;
  hour.messagesReceived += 1;
  hour.bytesReceived += bytes;
  tally.hasPublished = true;
  tally.isChanged = true;
}

export function countSent(tally: UsageTally, bytes: number): void {
  const { hour } = tally;
  hour.messagesSent += 1;
  hour.bytesSent += bytes;
  tally.isChanged = true;
}

export function countRefusal(tally: UsageTally): void {
  tally.hour.refusedLogins += 1;
  tally.isChanged = true;
}

/** @param change of the number of connections */
export function countConnection(tally: UsageTally, change: 1 | -1, lastSeen: LastSeen): void {
  tally.connections += change;
  tally.hour.peakConnections = Math.max(tally.hour.peakConnections, connectionsOf(tally));
  tally.lastSeen = lastSeen;
  tally.isChanged = true;
}

/** Of all bridges; those of an account that is not here are counted where it is. */
function connectionsOf({ connections, elsewhere }: UsageTally): number {
  return connections === 0 ? 0 : connections + elsewhere;
}

/** To be called once a minute, and as each hour begins: whoever is here and publishes is seen, and an hour that is over is put to the others. */
export function lookAtClock(tally: UsageTally, nowMs: number): void {
  const { lastSeen, connections, hasPublished, hour } = tally;
  if (connections > 0 && hasPublished && lastSeen) tally.lastSeen = { ...lastSeen, at: new Date(nowMs).toISOString() };
  tally.hasPublished = false;
  const since = hourOf(nowMs);
  if (hour.since === since) return;
  if (isWorthKeeping(hour)) tally.past = [...tally.past, hour];
  tally.hour = { ...emptyHour(since), peakConnections: connectionsOf(tally) };
  tally.isChanged ||= tally.past.length > 0;
}

/** What is to be kept now; counted as if it were, until it is said that it could not be. Undefined where there is nothing. */
export function take(tally: UsageTally): Counted | undefined {
  if (!tally.isChanged) return undefined;
  const { hour, past, lastSeen, connections } = tally;
  const counted = { hours: [...past, hour], lastSeen };
  tally.underWay = [...tally.underWay, counted];
  tally.past = [];
  tally.hour = { ...emptyHour(hour.since), peakConnections: connections };
  tally.isChanged = false;
  return counted;
}

export function kept(tally: UsageTally, counted: Counted): void {
  tally.underWay = tally.underWay.filter((one) => one !== counted);
}

/** It could not be kept. */
export function giveBack(tally: UsageTally, counted: Counted): void {
  kept(tally, counted);
  tally.past = [...counted.hours, ...tally.past];
  tally.isChanged = true;
}

/** What is kept, with what was counted here. */
export function known(
  record: UsageRecord | undefined,
  tally: UsageTally | undefined,
  history: UsageHistoryRecord | undefined,
  nowMs: number,
): KnownUsage {
  const { underWay = [], past = [], hour, lastSeen = null } = tally ?? {};
  const left = underWay.slice(underWay.findLastIndex(({ addedTo }) => addedTo !== undefined && addedTo === record) + 1);
  const pending = { hours: [...left.flatMap(({ hours }) => hours), ...past, ...(hour ? [hour] : [])], lastSeen };
  return withCounted(record, history, pending, nowMs);
}

export function withCounted(
  record: UsageRecord | undefined,
  history: UsageHistoryRecord | undefined,
  { hours: counted, lastSeen }: Counted,
  nowMs: number,
): KnownUsage {
  const total: Counters = { ...(record?.total ?? NOTHING_COUNTED) };
  const hours = new Map((history?.hours ?? []).map(fromPastHour).map((one): [string, Hour] => [one.since, { ...one }]));
  for (const one of [...(record ? [record.hour] : []), ...counted]) {
    const hour = hours.get(one.since) ?? emptyHour(one.since);
    hours.set(one.since, hour);
    add(hour, one);
  }
  for (const one of counted) add(total, one);
  const since = hourOf(nowMs);
  const oldest = new Date(Date.parse(since) - KEPT_HOURS * HOUR_MS).toISOString();
  const past = [...hours.values()].filter((one) => one.since !== since && one.since >= oldest && isWorthKeeping(one));
  past.sort((one, other) => (one.since < other.since ? -1 : 1));
  return {
    total,
    hour: hours.get(since) ?? emptyHour(since),
    hours: past.map(toPastHour),
    lastSeen: later(record?.lastSeen ?? null, lastSeen),
  };
}

export function historyOf({ hours, hour }: KnownUsage): UsagePeriod[] {
  return [...hours.map(fromPastHour), ...(isWorthKeeping(hour) ? [{ ...hour }] : [])];
}

/** The most connections at a time are those at all bridges: each that counts knows of the others'. */
function add(to: Counters, counted: InstanceCounters): void {
  to.messagesReceived += counted.messagesReceived;
  to.messagesSent += counted.messagesSent;
  to.bytesReceived += counted.bytesReceived;
  to.bytesSent += counted.bytesSent;
  to.refusedLogins += counted.refusedLogins;
  to.peakConnections = Math.max(to.peakConnections, counted.peakConnections);
}

function later(one: LastSeen | null, other: LastSeen | null): LastSeen | null {
  if (one === null || other === null) return one ?? other;
  return one.at > other.at ? one : other;
}

function isWorthKeeping({ since, ...counters }: UsagePeriod): boolean {
  return Object.values(counters).some((count) => count > 0);
}

function emptyHour(since: string): Hour {
  return { ...NOTHING_COUNTED, since };
}

function hourOf(nowMs: number): string {
  return new Date(nowMs - (nowMs % HOUR_MS)).toISOString();
}
