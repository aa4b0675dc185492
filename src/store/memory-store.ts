/** Owns a store that keeps nothing beyond the process: for tests. */

import { type Adapter, Low } from 'lowdb';
import type { Store } from '../core/store.ts';
import { lowStore } from './low-store.ts';
import { type AnyCollection, StoreData } from './store-data.ts';

export function memoryStore(collections: readonly AnyCollection[]): Store {
  const db = new Low(new MemoryAdapter(), new StoreData(collections));
  return lowStore(db, { fault: null, trouble: null, close: async () => undefined });
}

/** Keeps what is changed, and no longer than the process lives. */
export class MemoryAdapter implements Adapter<StoreData> {
  async read(): Promise<null> {
    return null;
  }

  async write(data: StoreData): Promise<void> {
    // As with a disk, the caller goes on before its change is durable.
    await Promise.resolve();
    data.take();
    data.publish();
  }
}
