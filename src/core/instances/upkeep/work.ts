/** Owns when the upkeep of instances is this bridge's work, and that it hears of what others have changed meanwhile. */

import type { Leadership } from '../../cluster/leadership.ts';
import type { Store } from '../../store.ts';
import { INSTANCES } from '../records.ts';
import type { InstanceKeeper } from './keeper.ts';
import type { OrphanRemoval } from './orphans.ts';

interface Parts {
  readonly store: Pick<Store, 'watch'>;
  readonly keeper: Pick<InstanceKeeper, 'start' | 'rest' | 'close' | 'changedElsewhere' | 'repairDrift'>;
  readonly orphans: Pick<OrphanRemoval, 'removeLeft'>;
  readonly leadership: Leadership;
}

export interface UpkeepWork {
  /** Resolves at once where it is another bridge's work, else when everything was tried once; never rejects. */
  start(): Promise<void>;
  /** The broker has come back. */
  repairDrift(): Promise<void>;
  close(): Promise<void>;
}

/** To be made behind the ledger, which has heard of each change by then. */
export function createUpkeepWork({ store, keeper, orphans, leadership }: Parts): UpkeepWork {
  let stop = async () => {};
  const stopWatching = store.watch(INSTANCES, (changes) => {
    for (const { after } of changes) if (after) keeper.changedElsewhere(after);
  });
  return {
    start() {
      let tried: Promise<void> = Promise.resolve();
      stop = leadership.whileLeading(() => {
        tried = keeper.start().then(orphans.removeLeft);
        return keeper.rest;
      });
      return tried;
    },
    repairDrift: async () => {
      if (leadership.leads) await keeper.repairDrift();
    },
    async close() {
      await stop();
      stopWatching();
      await keeper.close();
    },
  };
}
