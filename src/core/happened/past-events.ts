/** Owns the latest events, for whoever asks what has happened: noted in the transaction that makes them true, and not without end. */

import type { BridgeEvent } from '../../protocol/events.ts';
import type { CollectionSpec, StoredRecord, Transaction } from '../store.ts';

/** Its id is its number in the outbox: later events have higher ones, over restarts too. */
export interface PastEventRecord extends StoredRecord {
  readonly event: BridgeEvent;
}

export const PAST_EVENTS: CollectionSpec<PastEventRecord> = { name: 'past_events', unique: {} };

const PAST_EVENTS_LIMIT = 2000;

/** Among the latest; for whoever was told that it could not be kept, which may not be so. */
export function isNoted(tx: Transaction, event: BridgeEvent): boolean {
  const wanted = JSON.stringify(event);
  return [...tx.collection(PAST_EVENTS).values()].some((past) => JSON.stringify(past.event) === wanted);
}

export function notePast(tx: Transaction, number: number, event: BridgeEvent): void {
  const past = tx.collection(PAST_EVENTS);
  past.put({ id: String(number), event });
  // Numbers are handed out one after the other, so that nothing has to be looked for.
  past.delete(String(number - PAST_EVENTS_LIMIT));
}
