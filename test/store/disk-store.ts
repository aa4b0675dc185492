/** Owns opening a store on a disk of a test's making, and the one collection those tests use. */

import { Low } from 'lowdb';
import type { CollectionSpec, Store, StoredRecord } from '../../src/core/store.ts';
import type { FileSystem } from '../../src/store/file-system.ts';
import { JournalLog } from '../../src/store/journal/journal-log.ts';
import { LogAdapter } from '../../src/store/log-adapter.ts';
import { lowStore } from '../../src/store/low-store.ts';
import { MIGRATIONS, type Migration } from '../../src/store/migrations.ts';
import { StoreData } from '../../src/store/store-data.ts';
import { type KeptLog, keptLog } from './kept-log.ts';

export interface Note extends StoredRecord {
  readonly text: string;
}

export const NOTES: CollectionSpec<Note> = { name: 'notes', unique: { text: (note) => note.text } };

export const JOURNAL = '/data/store.journal';
export const LAST_GOOD = `${JOURNAL}.last-good`;
export const FRESH = `${JOURNAL}.new`;
export const TORN = `${JOURNAL}.torn`;

interface Options {
  readonly log?: KeptLog;
  readonly slackBytes?: number;
  readonly migrations?: readonly Migration[];
}

/** Without a lock, which would be a real file. */
export async function openOn(
  fs: FileSystem,
  { log = keptLog(), slackBytes = 1e6, migrations = MIGRATIONS }: Options = {},
): Promise<Store> {
  const paths = { journal: JOURNAL, lastGood: LAST_GOOD, fresh: FRESH, torn: TORN };
  const journal = new JournalLog({ fs, paths, log, collections: [NOTES], migrations, slackBytes });
  const adapter = new LogAdapter(journal, log);
  const db = new Low<StoreData>(adapter, new StoreData([NOTES]));
  await db.read();
  return lowStore(db, {
    get fault() {
      return adapter.fault;
    },
    get trouble() {
      return adapter.trouble;
    },
    close: () => adapter.close(db.data),
  });
}

export async function putNote(store: Store, id: string, text = `text of ${id}`): Promise<void> {
  await store.commit((tx) => tx.collection(NOTES).put({ id, text }));
}

export function noteIds(store: Store): string[] {
  return [...store.collection(NOTES).values()].map(({ id }) => id);
}
