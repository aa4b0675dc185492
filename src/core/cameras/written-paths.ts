/** Owns what is kept of the paths that we wrote to a media server: so that, after a restart too, ours are known from those of others. */

import type { CollectionSpec, StoredRecord } from '../store.ts';

/** Its id is the name of the path. */
export interface WrittenPathRecord extends StoredRecord {
  /** Encrypted, since sources carry credentials: what we wrote, and what stood there before. */
  readonly sealed: string;
}

export const WRITTEN_PATHS: CollectionSpec<WrittenPathRecord> = { name: 'written_paths', unique: {} };
