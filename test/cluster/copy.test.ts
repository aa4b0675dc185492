/** Pins what a bridge's own copy of the log is good for, what it is refused for, and what takes the place of entries that are forgotten. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectCluster } from '../../src/cluster/connection.ts';
import type { CollectionSpec, Store, StoredRecord } from '../../src/core/store.ts';
import { lookIntoStore } from '../../src/store/look.ts';
import { openStore } from '../../src/store/open-store.ts';
import { type ClusterStores, clusterStores } from '../support/cluster/cluster-store.ts';
import { type NatsCluster, natsIsMissing, startNats } from '../support/cluster/nats.ts';
import { comesTrue } from '../support/patience.ts';
import { type RecordingLog, recordingLog } from '../support/recording-log.ts';

const NOTES: CollectionSpec<StoredRecord & { readonly text: string }> = {
  name: 'notes',
  unique: { text: ({ text }) => text },
};

describe.skipIf(natsIsMissing)("a bridge's own copy of the log", () => {
  let cluster: NatsCluster;
  let stores: ClusterStores;
  let name: string;
  let names = 0;
  let dir: string;
  let log: RecordingLog;
  beforeAll(async () => {
    // One server keeps one copy: enough for everything here.
    cluster = await startNats({ count: 1 });
  });
  afterAll(() => cluster?.stop());
  beforeEach(async () => {
    names += 1;
    name = `copy${names}`;
    stores = clusterStores(cluster, name);
    dir = await mkdtemp(join(tmpdir(), 'copy-'));
    log = recordingLog();
  });
  afterEach(async () => {
    await stores.close();
    await rm(dir, { recursive: true });
  });

  const collections = [NOTES];
  const open = (options = {}) => stores.open({ dir, log, collections, ...options });
  const put = (store: Store, id: string, text = `text of ${id}`) =>
    store.commit((tx) => tx.collection(NOTES).put({ id, text }));
  const idsOf = (store: Store) => [...store.collection(NOTES).values()].map(({ id }) => id);
  const alone = () => openStore({ dir, log, collections });

  async function withManager<T>(
    use: (manager: Awaited<ReturnType<typeof jetstreamManager>>) => Promise<T>,
  ): Promise<T> {
    const { addresses: servers, username, password } = cluster;
    const connection = await connectCluster({ servers, username, password }, { log, name });
    return use(await jetstreamManager(connection.nats)).finally(() => connection.close());
  }

  it('holds what others have committed too, and is what a restart begins with', async () => {
    const own = await open();
    const other = await open({ dir: undefined });
    await put(own, '1');
    await put(other, '2');
    await comesTrue(() => expect(idsOf(own)).toEqual(['1', '2']));
    await own.close();
    expect(idsOf(await lookIntoStore({ dir, collections }))).toEqual(['1', '2']);
    await put(other, '3');
    const again = await open();
    expect(idsOf(again)).toEqual(['1', '2', '3']);
    await put(again, '4');
    await comesTrue(() => expect(idsOf(other)).toEqual(['1', '2', '3', '4']));
  });

  it('is refused by a bridge that stands alone, with the way out', async () => {
    const own = await open();
    await put(own, '1');
    await own.close();
    await expect(alone()).rejects.toThrow("is the copy of a cluster's log. Nothing was changed; set CLUSTER_URL again");
    expect(idsOf(await open())).toEqual(['1']);
  });

  it('is not begun in a folder that a bridge has filled alone', async () => {
    const store = await alone();
    await put(store, '1');
    await store.close();
    await expect(open()).rejects.toThrow(
      'holds a bridge that stands alone. Nothing was changed; nestmtx-bridge cluster seed',
    );
    const still = await alone();
    expect(idsOf(still)).toEqual(['1']);
    await still.close();
  });

  it('is refused where the cluster has another log under the same name', async () => {
    const own = await open();
    await put(own, '1');
    await own.close();
    await withManager(async ({ streams }) => {
      await streams.delete(`${name}-log`);
      await streams.delete(`${name}-snapshots`);
    });
    await expect(open()).rejects.toThrow(
      'is the copy of another log than that of this cluster. Nothing was changed; if the NATS servers were lost it may be the last one',
    );
  });

  it('says so where it reaches farther than the log: the servers have lost what they acknowledged', async () => {
    const own = await open();
    await put(own, '1');
    const before = await withManager(({ streams }) => streams.info(`${name}-log`));
    await put(own, '2');
    await own.close();
    await withManager(async ({ streams }) => {
      await streams.delete(`${name}-log`);
      await streams.add(before.config);
    });
    await expect(open()).rejects.toThrow('the log of the cluster ends at 0, and this bridge has it up to 2');
  });

  it('is made from a snapshot where the entries are not there any more', async () => {
    const leader = await open({ dir: undefined, everyEntries: 10, keptEntries: 5 });
    for (let i = 0; i < 34; i += 1) await put(leader, String(i));
    await leader.commit((tx) => tx.collection(NOTES).delete('3'));
    await comesTrue(async () => {
      const { state } = await withManager(({ streams }) => streams.info(`${name}-log`));
      expect(state.messages).toBeLessThan(20);
      expect(state.last_seq).toBe(35);
    });
    const late = await open();
    expect(idsOf(late)).toEqual(idsOf(leader));
    expect(late.collection(NOTES).by('text', 'text of 33')?.id).toBe('33');
    await put(late, 'after');
    await comesTrue(() => expect(idsOf(leader)).toContain('after'));
    const { state } = await withManager(({ streams }) => streams.info(`${name}-snapshots`, { subjects_filter: '>' }));
    expect(Object.keys(state.subjects ?? {})).toHaveLength(2);
  });

  it('outlives a snapshot that was being written when its writer died: nobody hears of it', async () => {
    const own = await open({ dir: undefined });
    await put(own, '1');
    const { addresses: servers, username, password } = cluster;
    const connection = await connectCluster({ servers, username, password }, { log, name });
    connection.nats.publish(`${name}.snapshot.half`, JSON.stringify([['notes', 'x', { id: 'x', text: 'half' }]]));
    await connection.close();
    expect(idsOf(await open())).toEqual(['1']);
  });

  it('is not begun with a snapshot that says it is whole and is not', async () => {
    const own = await open({ dir: undefined });
    await put(own, '1');
    const { addresses: servers, username, password } = cluster;
    const connection = await connectCluster({ servers, username, password }, { log, name });
    const end = { id: 'half', position: 1, version: 2, parts: 1, checksum: 0 };
    connection.nats.publish(`${name}.snapshot-ends`, JSON.stringify(end));
    await connection.close();
    await expect(open()).rejects.toThrow('is not whole');
  });

  it('warns of a log that is kept on one server only', async () => {
    await open();
    expect(log.visible().join()).toContain('the log of the cluster is kept on fewer than 3 NATS servers');
  });
});
