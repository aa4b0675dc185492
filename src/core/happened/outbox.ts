/** Owns the events that no broker has taken yet: kept together with the change that they tell of, in order, and not without end. */

import type { BridgeEvent } from '../../protocol/events.ts';
import type { ToldEvent } from '../bus.ts';
import type { CollectionSpec, StoredRecord, Transaction } from '../store.ts';
import { notePast } from './past-events.ts';

/** Its id is its number: later events have higher ones, over restarts too. */
export interface OutboxRecord extends StoredRecord {
  readonly event: BridgeEvent;
}

export const OUTBOX: CollectionSpec<OutboxRecord> = { name: 'outbox', unique: {} };

/** A broker that is away for so long that there are more misses the oldest: their `seq` is missing then. */
export const OUTBOX_LIMIT = 1000;

/** Within the transaction that makes them true, where they are noted for whoever asks later, too. @returns the same events, with their numbers */
export function keepEvents(tx: Transaction, events: readonly BridgeEvent[]): ToldEvent[] {
  const outbox = tx.collection(OUTBOX);
  return events.map((event) => {
    const number = tx.nextId(OUTBOX.name);
    const keptAs = String(number);
    outbox.put({ id: keptAs, event });
    const [oldest] = outbox.size > OUTBOX_LIMIT ? outbox.values() : [];
    if (oldest) outbox.delete(oldest.id);
    notePast(tx, number, event);
    return { ...event, keptAs };
  });
}
