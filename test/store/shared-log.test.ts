import { Low } from 'lowdb';
import { JournalLog } from '../../src/store/journal/journal-log.ts';
import { LogAdapter } from '../../src/store/log-adapter.ts';
import { lowStore } from '../../src/store/low-store.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { StoreData } from '../../src/store/store-data.ts';
import { SHARED_LOG_COLLECTIONS, sharedLogContract } from '../contracts/shared-log.contract.ts';
import { CrashDisk } from './crash-disk.ts';
import { FRESH, JOURNAL, LAST_GOOD, TORN } from './disk-store.ts';
import { keptLog } from './kept-log.ts';

sharedLogContract('a journal', async () => {
  const paths = { journal: JOURNAL, lastGood: LAST_GOOD, fresh: FRESH, torn: TORN };
  const collections = SHARED_LOG_COLLECTIONS;
  const options = { fs: new CrashDisk(), paths, log: keptLog(), collections, migrations: MIGRATIONS, slackBytes: 256 };
  const journal = new JournalLog(options);
  return {
    async open() {
      const adapter = new LogAdapter(journal, keptLog());
      const db = new Low(adapter, new StoreData(collections));
      await db.read();
      return lowStore(db, { fault: null, trouble: null, close: async () => undefined });
    },
    cleanup: async () => undefined,
  };
});
