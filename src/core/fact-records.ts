/** Owns what is kept of the installation itself, e.g. that the first administrator has been made. */

import type { CollectionSpec, StoredRecord } from './store.ts';

interface FactRecord extends StoredRecord {
  readonly value: string;
}

export const FACTS: CollectionSpec<FactRecord> = { name: 'facts', unique: {} };
