/** Owns the store port as the application sees it, over a lowdb whose adapter decides what durable means. */

import type { Low } from 'lowdb';
import type { Store } from '../core/store.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { StoreData } from './store-data.ts';

interface Backing {
  readonly fault: string | null;
  readonly trouble: string | null;
  close(): Promise<void>;
}

export function lowStore(db: Low<StoreData>, backing: Backing): Store {
  let closing: Promise<void> | undefined;
  return {
    collection: (spec) => db.data.table(spec),
    async commit(change) {
      const refusal = closing === undefined ? backing.fault : 'the store is closed';
      if (refusal !== null) throw new ApiError('unavailable', { cause: new Error(refusal) });
      const staged = db.data.stage(change);
      await db.write();
      return staged.result();
    },
    watch: (spec, listener) => db.data.watchers.add(spec, listener),
    get fault() {
      return backing.fault;
    },
    get trouble() {
      return backing.trouble;
    },
    close() {
      closing ??= backing.close();
      return closing;
    },
  };
}
