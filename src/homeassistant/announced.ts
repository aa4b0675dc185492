/** Owns the memory of what was announced where: whatever is not wanted any more must be found and cleared, also after years. */

import type { CollectionSpec, StoredRecord } from '../core/store.ts';

/** By discovery topic. Kept before the first announcement is published, and until its clearing is. */
export interface AnnouncedRecord extends StoredRecord {
  /** The platform of each component: one that is left out must be taken back by name. */
  readonly components: Readonly<Record<string, string>>;
  /** Retained topics to be cleared with it. */
  readonly ownTopics: readonly string[];
}

export const ANNOUNCED: CollectionSpec<AnnouncedRecord> = { name: 'home_assistant_announced', unique: {} };
