/**
 * Owns what a broker finds of a session that becomes its own: what its client has acknowledged is done with, what it may have is to be flagged,
 * and the rest waits.
 */

import type { Account } from '../../../../core/accounts/accounts.ts';
import type { Kept } from '../../../../core/cluster/shelf.ts';
import type { Clock } from '../../../../core/ports.ts';
import { inTime } from '../../../../core/timing/within.ts';
import { ApiError } from '../../../../protocol/api-error.ts';
import type { KeptOwed } from '../../kept/changes.ts';
import type { SessionRecord } from '../../kept/state.ts';
import { bucketOfAccount, nameOf } from '../names.ts';
import type { Shelves } from './buckets.ts';
import type { SharedKeeper } from './keeper.ts';
import type { Outgoing } from './outgoing.ts';
import type { Queues } from './queues.ts';
import { readOwed, readSession } from './records.ts';
import type { SessionKey } from './session-records.ts';

interface Parts {
  readonly shelves: Pick<Shelves, 'sessions' | 'queues'>;
  readonly keeper: SharedKeeper;
  readonly outgoing: Outgoing;
  readonly queues: Queues;
  readonly clock: Clock;
}

interface Found {
  readonly record: SessionRecord;
  readonly born: string;
  /** Up to where its queue was read. */
  readonly lastPosition: number;
}

/** What its last connection has left here is stored by then, or the client is to come again. */
const STORED_MS = 10_000;

/** Undefined where there is none, or none that is wanted: then what is left of it is removed. */
export async function findSession(
  { shelves, keeper, outgoing, queues, clock }: Parts,
  account: Account,
  clientId: string,
  cleanStart: boolean,
): Promise<Found | undefined> {
  const key: SessionKey = [bucketOfAccount(account), account.key, clientId];
  const stored = Promise.all([outgoing.quiet(nameOf('sessions', ...key)), queues.quiet(account.key, clientId)]);
  await inTime(clock, STORED_MS, stored, () => {
    return new ApiError('unavailable', { message: 'the cluster does not store at the moment' });
  });
  const found = await shelves.sessions.last(key);
  if (found === undefined || found.bytes.length === 0) {
    keeper.adopt(key, found?.position ?? 0);
    return undefined;
  }
  const session = readSession(found.bytes);
  const { record, born, turn } = session;
  const { awaySinceMs, expirySeconds } = record.facts;
  const isOver = awaySinceMs !== undefined && awaySinceMs + expirySeconds * 1000 <= clock.now();
  if (cleanStart || isOver) {
    keeper.adopt(key, found.position, { turn: turn + 1 });
    keeper.remove(key, { born, turn });
    return undefined;
  }
  const queue = await shelves.queues.readAt([...key, born]);
  const lastPosition = Math.max(session.sentTo, queue.at(-1)?.position ?? 0);
  // Who was connected when we heard last may have got all of it.
  const doubtTo = session.mayBeThere === true || awaySinceMs === undefined ? lastPosition : session.doubtTo;
  keeper.adopt(key, found.position, { born, turn: turn + 1, doubtTo, lastPosition });
  const flights = new Map(session.flights.map((flight) => [flight.position, flight]));
  for (const kept of queue) {
    const flight = flights.get(kept.position);
    // Acknowledged, and not taken away yet.
    if (flight === undefined && kept.position <= session.sentTo) continue;
    const { packetId = 0, isReleased = false } = flight ?? {};
    record.owed.set(kept.position, {
      ...owedOf(kept),
      packetId,
      isReleased,
      mayBeThere: kept.position <= doubtTo,
    });
  }
  return { record, born, lastPosition };
}

/** What has come into the queue since it was read, up to where something that came before it is missing here. */
export function withQueued(found: Found, waiting: readonly Kept[]): SessionRecord {
  const { record } = found;
  for (const kept of wholeOf(found, waiting).known) record.owed.set(kept.position, owedOf(kept));
  return record;
}

/** Whether the queue is to be read again: nothing of what is behind a gap is known yet. */
export function hasGap(found: Found, waiting: readonly Kept[]): boolean {
  return wholeOf(found, waiting).hasGap;
}

function wholeOf({ born, lastPosition }: Found, waiting: readonly Kept[]): { known: Kept[]; hasGap: boolean } {
  const known: Kept[] = [];
  let last = lastPosition;
  for (const kept of waiting) {
    if (kept.key[3] !== born || kept.position <= last) continue;
    if ((kept.previous ?? 0) > last) return { known, hasGap: true };
    known.push(kept);
    last = kept.position;
  }
  return { known, hasGap: false };
}

export function owedOf({ bytes, mark, position }: Kept): KeptOwed {
  return { ...readOwed(bytes), stored: { mark, position } };
}
