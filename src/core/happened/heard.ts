/** Owns that each event is told once, also where several bridges have some: each hears what the others have kept, and one of them tells it. */

import type { Bus } from '../bus.ts';
import type { Store } from '../store.ts';
import { PAST_EVENTS } from './past-events.ts';

/** Returns what ends it. */
export function hearEvents(store: Store, bus: Bus): () => void {
  return store.watch(PAST_EVENTS, (changes) => {
    // What is not there any more was told long ago.
    for (const { id, after } of changes) if (after) bus.emit('event', { ...after.event, keptAs: id });
  });
}
