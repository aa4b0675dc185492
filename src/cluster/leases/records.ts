/** Owns what is kept of who may do what only one bridge does at a time. */

import type { CollectionSpec, StoredRecord } from '../../core/store.ts';

interface LeaseRecord extends StoredRecord {
  /** Of the bridge that has it; null: it was given back. */
  readonly holder: string | null;
  /** Rises whenever it changes hands. */
  readonly epoch: number;
  /** Nobody had it until a moment before; absent else. */
  readonly isFresh?: true;
}

export const LEASES: CollectionSpec<LeaseRecord> = { name: 'leases', unique: {} };

/** The lease of whoever does all that has none of its own. */
export const LEADER = 'leader';
