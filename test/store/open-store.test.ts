import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../src/store/open-store.ts';
import { CONTRACT_COLLECTIONS, storeContract } from '../contracts/store.contract.ts';
import { keptLog } from './kept-log.ts';

storeContract('a journal on disk', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'store-'));
  const open = () =>
    openStore({ dir: join(parent, 'data'), log: keptLog(), collections: CONTRACT_COLLECTIONS, slackBytes: 256 });
  let store = await open();
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await open();
      return store;
    },
    cleanup: async () => {
      await store.close();
      await rm(parent, { recursive: true });
    },
  };
});
