/** Owns what was told of the sources of the truth about cameras: that one is gone is one event, however many cameras it blinds. */

import type { Bus } from '../bus.ts';
import { FACTS } from '../fact-records.ts';
import { keepEvents } from '../happened/outbox.ts';
import type { Clock } from '../ports.ts';
import type { Fence, Store } from '../store.ts';
import { createTurns } from '../timing/in-turn.ts';
import { isoZulu } from '../wire-time.ts';

export interface SourceChange {
  readonly source: string;
  readonly isThere: boolean;
  /** What its cameras have for their reason. */
  readonly reason: string;
  readonly cameras: number;
}

/** Before the names of sources that were told to be gone: the ids of what is remembered of them. */
export const SOURCE_GONE = 'source_gone_';

/** Remembered over restarts: what was told before is not told again. */
export function createSourceTold(store: Store, bus: Bus, clock: Clock) {
  const facts = store.collection(FACTS);
  const inTurn = createTurns();

  async function tell(change: SourceChange, isQuiet: boolean, fence?: Fence): Promise<void> {
    const { source, isThere, reason, cameras } = change;
    const id = SOURCE_GONE + source;
    const isKnown = (known: object | undefined) => (known === undefined) === isThere;
    if (isKnown(facts.get(id))) return;
    const at = isoZulu(clock.now());
    const details = { source, reason, cameras, ...(isQuiet && { quiet: true }) };
    const event = { domain: 'source', event: isThere ? 'online' : 'offline', entity: null, details, at } as const;
    const told = await store.commit((tx) => {
      fence?.(tx);
      // Another bridge may have told it meanwhile.
      if (isKnown(tx.collection(FACTS).get(id))) return [];
      if (isThere) tx.collection(FACTS).delete(id);
      else tx.collection(FACTS).put({ id, value: at });
      return keepEvents(tx, [event]);
    });
    for (const one of told) bus.emit('event', one);
  }

  // That it is back is news also where it was not stored yet that it is gone.
  return (change: SourceChange, isQuiet: boolean, fence?: Fence): Promise<void> =>
    inTurn(change.source, () => tell(change, isQuiet, fence));
}
