import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { SHARED_LOG_COLLECTIONS, sharedLogContract } from '../contracts/shared-log.contract.ts';
import { CONTRACT_COLLECTIONS, storeContract } from '../contracts/store.contract.ts';
import { clusterStores } from '../support/cluster/cluster-store.ts';
import { type NatsCluster, natsIsMissing, startNats } from '../support/cluster/nats.ts';

describe.skipIf(natsIsMissing)('on three NATS servers', () => {
  let cluster: NatsCluster;
  let names = 0;
  beforeAll(async () => {
    cluster = await startNats();
  });
  afterAll(() => cluster?.stop());

  sharedLogContract('JetStream', async () => {
    names += 1;
    const stores = clusterStores(cluster, `shared${names}`);
    const open = () => stores.open({ collections: SHARED_LOG_COLLECTIONS, everyEntries: 20 });
    return { open, cleanup: stores.close };
  });

  storeContract('JetStream with a copy on disk', async () => {
    names += 1;
    const stores = clusterStores(cluster, `store${names}`);
    const dir = await mkdtemp(join(tmpdir(), 'cluster-'));
    const options = { dir, collections: CONTRACT_COLLECTIONS, everyEntries: 20, slackBytes: 256 };
    let store = await stores.open(options);
    return {
      store,
      async reopen() {
        await store.close();
        store = await stores.open(options);
        return store;
      },
      async cleanup() {
        await stores.close();
        await rm(dir, { recursive: true });
      },
    };
  });
});
