/** Owns what leaves the outbox: many at a time, since the broker's own mark tells meanwhile what it has taken. */

import { OUTBOX } from '../../core/happened/outbox.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { Store } from '../../core/store.ts';

export interface Forgetting {
  /** @param keptAs undefined: it is not in the outbox */
  add(keptAs: string | undefined): void;
  /** Resolves when all that was added is gone, or the disk has refused. */
  close(): Promise<void>;
}

/** Short enough for brokers that keep no mark; long enough for a hail of events to wait for the disk once each, not twice. */
const GATHERING_MS = 250;

export function createForgetting({ store, clock, log }: { store: Store; clock: Clock; log: Log }): Forgetting {
  let spent: string[] = [];
  let cancel: (() => void) | undefined;

  async function forget(): Promise<void> {
    cancel = undefined;
    const ids = spent;
    spent = [];
    if (ids.length === 0) return;
    try {
      await store.commit((tx) => {
        for (const id of ids) tx.collection(OUTBOX).delete(id);
      });
    } catch (error) {
      // They are told once more after a restart, at the worst.
      log.debug({ err: error }, 'events that were taken could not be removed from the outbox');
    }
  }

  return {
    add(keptAs) {
      if (keptAs === undefined) return;
      spent.push(keptAs);
      cancel ??= clock.after(GATHERING_MS, () => void forget());
    },
    close() {
      cancel?.();
      return forget();
    },
  };
}
