/** Owns several stores upon one log in memory, as the bridges of a cluster have them. */

import { Low } from 'lowdb';
import type { Store } from '../../../src/core/store.ts';
import { JournalLog } from '../../../src/store/journal/journal-log.ts';
import { LogAdapter } from '../../../src/store/log-adapter.ts';
import { lowStore } from '../../../src/store/low-store.ts';
import { MIGRATIONS } from '../../../src/store/migrations.ts';
import { type AnyCollection, StoreData } from '../../../src/store/store-data.ts';
import { CrashDisk } from '../../store/crash-disk.ts';
import { recordingLog } from '../recording-log.ts';

/** Each call opens one more. */
export function storesOnOneLog(collections: readonly AnyCollection[]): () => Promise<Store> {
  const paths = { journal: '/j', lastGood: '/j.last-good', fresh: '/j.new', torn: '/j.torn' };
  const options = { fs: new CrashDisk(), paths, log: recordingLog(), collections, migrations: MIGRATIONS };
  const journal = new JournalLog({ ...options, slackBytes: 1e6 });
  return async () => {
    const db = new Low(new LogAdapter(journal, recordingLog()), new StoreData(collections));
    await db.read();
    return lowStore(db, { fault: null, trouble: null, close: async () => undefined });
  };
}
