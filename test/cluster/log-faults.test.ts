/** Pins what becomes of commits when NATS servers are killed, frozen, or too few: none that was acknowledged is lost or doubled. */

import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectCluster } from '../../src/cluster/connection.ts';
import { BESIDES, conditionOf } from '../../src/cluster/log/condition.ts';
import { openShelves } from '../../src/cluster/shelf/shelves.ts';
import type { CollectionSpec, Store, StoredRecord } from '../../src/core/store.ts';
import { type ClusterStores, clusterStores } from '../support/cluster/cluster-store.ts';
import { type NatsCluster, type NatsServer, natsIsMissing, startNats } from '../support/cluster/nats.ts';
import { eventually } from '../support/eventually.ts';
import { comesTrue } from '../support/patience.ts';
import { recordingLog } from '../support/recording-log.ts';

const MARKS: CollectionSpec<StoredRecord & { readonly by: number }> = { name: 'marks', unique: {} };
const NAME = 'faults';

describe.skipIf(natsIsMissing)('the log of a cluster', () => {
  let cluster: NatsCluster;
  let stores: ClusterStores;
  let a: Store;
  let b: Store;
  let endStorm: () => Promise<void> = async () => undefined;
  beforeEach(async () => {
    cluster = await startNats();
    stores = clusterStores(cluster, NAME);
    [a, b] = [await open(), await open()];
  });
  afterEach(async () => {
    // Of a test that has failed, too: at a closed store it would go round for ever.
    const ended = endStorm();
    for (const server of cluster.servers) server.thaw();
    await ended;
    await stores.close();
    await cluster.stop();
  });

  const open = (options = {}) => stores.open({ collections: [MARKS], ...options });
  const marksOf = (store: Store) => [...store.collection(MARKS).values()];
  const agree = () => comesTrue(() => expect(marksOf(b)).toEqual(marksOf(a)));
  const mark = (store: Store) =>
    store.commit((tx) => {
      const id = String(tx.nextId('marks'));
      tx.collection(MARKS).put({ id, by: store === a ? 1 : 2 });
      return id;
    });

  async function look<T>(how: (manager: JetStreamManager) => Promise<T>): Promise<T> {
    const { addresses: servers, username, password } = cluster;
    const connection = await connectCluster({ servers, username, password }, { log: recordingLog(), name: 'look' });
    try {
      return await how(await jetstreamManager(connection.nats));
    } finally {
      await connection.close();
    }
  }

  async function leader(): Promise<NatsServer> {
    const { cluster: group } = await look((manager) => manager.streams.info(`${NAME}-log`));
    const found = cluster.servers.find(({ name }) => name === group?.leader);
    if (!found) throw new Error('the log has no leader');
    return found;
  }

  /** Both stores commit, one after another each, until it is over. */
  function storm() {
    const acknowledged: string[] = [];
    const refused: unknown[] = [];
    let isOver = false;
    const lane = async (store: Store) => {
      while (!isOver)
        await mark(store).then(
          (id) => acknowledged.push(id),
          (error: unknown) => refused.push(error),
        );
    };
    const lanes = Promise.all([lane(a), lane(a), lane(b), lane(b)]);
    endStorm = async () => {
      isOver = true;
      await lanes;
    };
    return {
      acknowledged,
      refused,
      more: (count: number) => {
        const from = acknowledged.length;
        return eventually(() => acknowledged.length >= from + count, 'commits go on');
      },
      end: endStorm,
    };
  }

  async function expectAllThere(acknowledged: readonly string[]): Promise<void> {
    await agree();
    expect(new Set(acknowledged).size).toBe(acknowledged.length);
    const there = marksOf(a).map(({ id }) => id);
    expect(new Set(there).size).toBe(there.length);
    expect(there).toEqual(expect.arrayContaining([...acknowledged]));
    const late = await open();
    expect(marksOf(late)).toEqual(marksOf(a));
  }

  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'waits while its leader is gone by %s, and loses and doubles nothing',
    async (signal) => {
      const commits = storm();
      await commits.more(20);
      const server = await leader();
      if (signal === 'SIGSTOP') server.freeze();
      else await server.stop(signal);
      await commits.more(20);
      server.thaw();
      await server.start();
      await cluster.ready();
      await commits.more(20);
      await commits.end();
      expect(commits.refused).toEqual([]);
      await expectAllThere(commits.acknowledged);
    },
  );

  it('tells of a server that stands still as away, and of the others what they have', async () => {
    const leading = await leader();
    const still = cluster.servers.find((server) => server !== leading);
    still?.freeze();
    await comesTrue(async () => {
      const { servers } = await look((manager) =>
        conditionOf({ manager, entries: { stream: `${NAME}-log`, subject: '' } }),
      );
      expect(servers.map(({ name, isCurrent }) => [name, isCurrent])).toEqual(
        cluster.servers.map(({ name }) => [name, name === still?.name ? null : true]),
      );
    });
  });

  it('refuses commits as unavailable while a majority is gone, shows on what there is, and goes on afterwards', async () => {
    await stores.close();
    [a, b] = [await open({ deadlineMs: 1500 }), await open({ deadlineMs: 1500 })];
    const before = [await mark(a), await mark(b)];
    await agree();
    const [first, second] = cluster.servers;
    await Promise.all([first?.stop('SIGKILL'), second?.stop('SIGKILL')]);
    await expect(mark(a)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('NATS servers'),
    });
    expect(a.trouble).not.toBeNull();
    expect(a.fault).toBeNull();
    expect(marksOf(a)).toHaveLength(2);
    await Promise.all([first?.start(), second?.start()]);
    await cluster.ready();
    const after: string[] = [];
    await comesTrue(async () => void after.push(await mark(a)));
    await comesTrue(async () => void after.push(await mark(b)));
    expect(a.trouble).toBeNull();
    await expectAllThere([...before, ...after]);
  });

  it('is waited for by whoever starts while there is no majority, and so are the shelves: they say so, and go on', async () => {
    await mark(a);
    const { username, password } = cluster;
    const [first, second, third] = cluster.servers;
    if (third === undefined) throw new Error('there are three servers');
    const log = recordingLog();
    const address = { servers: [third.address], username, password };
    const connection = await connectCluster(address, { log, name: 'a start' });
    try {
      await Promise.all([first?.stop('SIGKILL'), second?.stop('SIGKILL')]);
      let opened = 0;
      const count = () => {
        opened += 1;
      };
      const shelves = openShelves({ connection, log, prefix: NAME, queueLength: 10 }).then(count);
      const store = open({ log })
        .then((late) => expect(marksOf(late)).toHaveLength(1))
        .then(count);
      const said = () => log.lines.filter(({ message }) => message.includes('cannot answer at the moment')).length;
      await comesTrue(() => expect(said()).toBeGreaterThan(1));
      expect(opened).toBe(0);
      await Promise.all([first?.start(), second?.start()]);
      await Promise.all([store, shelves]);
      const names = await look(async ({ streams }) => streams.names().next());
      expect(new Set(names)).toEqual(new Set(['log', ...BESIDES].map((name) => `${NAME}-${name}`)));
    } finally {
      await connection.close();
    }
  });
});
