/** Pins what the bridges keep together: durable when it is acknowledged, told to everybody in one order, apart by account. */

import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fitsKey } from '../../src/brokers/embedded/backbone/names.ts';
import { type ClusterConnection, connectCluster } from '../../src/cluster/connection.ts';
import { openShelf } from '../../src/cluster/shelf/nats-shelf.ts';
import { type Kept, NeverStored, type Shelf } from '../../src/core/cluster/shelf.ts';
import { type NatsCluster, type NatsServer, natsIsMissing, startNats } from '../support/cluster/nats.ts';
import { eventually } from '../support/eventually.ts';
import { comesTrue } from '../support/patience.ts';
import { recordingLog } from '../support/recording-log.ts';

const NOTHING: Kept = { key: [], position: 0, mark: '', bytes: Buffer.alloc(0) };

describe.skipIf(natsIsMissing)('a shelf on JetStream', () => {
  let cluster: NatsCluster;
  const connections: ClusterConnection[] = [];
  let marks = 0;
  const mark = () => `mark-${++marks}`;
  const text = ({ key, bytes }: Kept) => `${key.join(' ')}: ${Buffer.from(bytes)}`;

  beforeAll(async () => {
    cluster = await startNats();
  });
  afterEach(async () => {
    for (const connection of connections.splice(0)) await connection.close();
  });
  afterAll(() => cluster?.stop());

  async function open(name: string, most = 1): Promise<Shelf & { readonly connection: ClusterConnection }> {
    const { addresses: servers, username, password } = cluster;
    const log = recordingLog();
    const connection = await connectCluster(
      { servers, username, password },
      { log, name: 'a test', hearsItself: false },
    );
    connections.push(connection);
    const perKey = { most, beyond: most === 1 ? 'replace' : 'refuse' } as const;
    const shelf = await openShelf({ connection, log, prefix: 'test', name, perKey });
    return { ...shelf, connection };
  }

  /** One that has all of the stream and does not lead it: who leads goes on as if it did for some seconds when it is left alone. */
  async function follower({ nats }: ClusterConnection, name: string): Promise<NatsServer> {
    const { streams } = await jetstreamManager(nats);
    let found: NatsServer | undefined;
    await comesTrue(async () => {
      const { cluster: group } = await streams.info(`test-${name}`);
      const peer = group?.replicas?.find(({ current, lag = 0 }) => current && lag === 0);
      found = cluster.servers.find((server) => server.name === peer?.name);
      expect(found).toBeDefined();
    });
    if (!found) throw new Error('no server follows');
    return found;
  }

  it('has what was put, whoever asks, and nothing of another account', async () => {
    const [one, other] = [await open('simple'), await open('simple')];
    await one.put(['alice', 'a/b.c*>\n ä'], Buffer.from('first'), mark());
    await one.put(['alice', 'a/b.c*>\n ä'], Buffer.from('second'), mark());
    await one.put(['alice', ''], Buffer.from('empty'), mark());
    await one.put(['alicex', 'a'], Buffer.from('foreign'), mark());
    expect((await other.read(['alice'])).map(text)).toEqual(['alice a/b.c*>\n ä: second', 'alice : empty']);
    expect(text((await other.last(['alice', ''])) ?? NOTHING)).toBe('alice : empty');
    expect(await other.last(['alice', 'none'])).toBeUndefined();
    expect(await other.purge(['alice'])).toBe(2);
    expect(await one.read(['alice'])).toEqual([]);
    expect(await one.read(['alicex'])).toHaveLength(1);
  });

  it('takes as much as it says, and refuses at once what is larger', async () => {
    const shelf = await open('large');
    const put = (bytes: number) =>
      shelf.put(['alice', 'a'], Buffer.alloc(bytes), mark(), { lifetimeSeconds: 60, behind: 0 });
    await expect(put(shelf.mostBytes + 1024)).rejects.toThrow(NeverStored);
    expect(await put(shelf.mostBytes)).toEqual(expect.any(Number));
    expect((await shelf.last(['alice', 'a']))?.bytes).toHaveLength(shelf.mostBytes);
    expect(await shelf.read([])).toHaveLength(1);
  });

  it('takes the longest keys that there are', async () => {
    const shelf = await open('long');
    const longest = '\u00fc'.repeat(500);
    expect([fitsKey(longest), fitsKey(`${longest}a`)]).toEqual([true, false]);
    const key = ['x'.repeat(64), `instance:${'f'.repeat(24)}`, longest, `${'f'.repeat(32)}-${Number.MAX_SAFE_INTEGER}`];
    const told: Kept[] = [];
    await shelf.follow(
      ['x'.repeat(64)],
      (kept) => told.push(kept),
      () => undefined,
    );
    await shelf.put(key, Buffer.from('x'), mark());
    await eventually(() => told.length === 1, 'it is told');
    expect((await shelf.readAt(key)).map((kept) => kept.key)).toEqual([key]);
    expect(await shelf.purge(key, Number.MAX_SAFE_INTEGER)).toBe(1);
  });

  it('knows what is gone from what cannot be removed', async () => {
    const [one, other] = [await open('gone'), await open('gone')];
    const position = Number(await one.put(['alice', 'a'], Buffer.from('first'), mark()));
    expect(await one.remove(position)).toBe(true);
    expect(await other.remove(position)).toBe(false);
    const purged = Number(await one.put(['alice', 'b'], Buffer.from('second'), mark()));
    await one.purge(['alice']);
    for (const gone of [purged, purged + 1000]) expect(await other.remove(gone)).toBe(false);
  });

  it('tells of each where the one before it stands, so that who has missed one knows', async () => {
    const shelf = await open('before', 10);
    const told: (number | undefined)[][] = [];
    shelf.watch(
      ['alice'],
      ({ position, previous }) => told.push([position, previous]),
      () => undefined,
    );
    await shelf.connection.nats.flush();
    const put = (key: string) => shelf.put(['alice', key], Buffer.from('x'), mark());
    const [first, second, other] = [await put('a'), await put('a'), await put('b')];
    await shelf.purge(['alice', 'a'], Number(second));
    const third = await put('a');
    await eventually(() => told.length === 4, 'all is told');
    expect(told).toEqual([
      [first, 0],
      [second, first],
      [other, 0],
      [third, second],
    ]);
  });

  it('says that something may have been missed when its stream has another leader, which did not see what the former one told', async () => {
    const shelf = await open('led');
    let gaps = 0;
    const stop = shelf.watch(
      ['alice'],
      () => undefined,
      () => {
        gaps += 1;
      },
    );
    await shelf.connection.nats.flush();
    await shelf.connection.nats.request('$JS.API.STREAM.LEADER.STEPDOWN.test-led', '');
    await eventually(() => gaps === 1, 'it is said');
    stop();
  });

  it('tells what is there, and then each change in the order that all see', async () => {
    const shelves = [await open('told'), await open('told')];
    await shelves[0]?.put(['alice', 'x'], Buffer.from('before'), mark());
    const told: string[][] = [[], []];
    for (const [at, shelf] of shelves.entries()) {
      await shelf.follow(
        ['alice'],
        (kept) => void told[at]?.push(text(kept)),
        () => undefined,
      );
    }
    await Promise.all(
      shelves.flatMap((shelf, at) =>
        [1, 2, 3].map((n) => shelf.put(['alice', 'x'], Buffer.from(`${at}-${n}`), mark())),
      ),
    );
    await eventually(() => told.every((list) => list.length === 7));
    expect(told[0]).toEqual(told[1]);
    expect(told[0]?.[0]).toBe('alice x: before');
  });

  it('is told once of what is put twice under one mark, and says where there is no room', async () => {
    const shelf = await open('queue', 2);
    const same = mark();
    const first = await shelf.put(['alice', 'q'], Buffer.from('1'), same);
    expect(await shelf.put(['alice', 'q'], Buffer.from('1'), same)).toBe(first);
    const second = await shelf.put(['alice', 'q'], Buffer.from('2'), mark());
    expect(await shelf.put(['alice', 'q'], Buffer.from('3'), mark())).toBe('full');
    expect(await shelf.purge(['alice', 'q'], Number(second))).toBe(1);
    expect((await shelf.read(['alice'])).map(text)).toEqual(['alice q: 2']);
  });

  it('takes what is to stand behind something only where nobody was first', async () => {
    const shelf = await open('behind');
    const key = ['alice', 'session'];
    const first = Number(await shelf.put(key, Buffer.from('1'), mark(), { behind: 0 }));
    expect(await shelf.put(key, Buffer.from('too late'), mark(), { behind: 0 })).toBe('overtaken');
    const again = mark();
    const second = await shelf.put(key, Buffer.from('2'), again, { behind: first });
    // Its acknowledgement was lost, say.
    expect(await shelf.put(key, Buffer.from('2'), again, { behind: first })).toBe(second);
    expect((await shelf.read(['alice'])).map(text)).toEqual(['alice session: 2']);
  });

  it('goes on when the leader of its stream is killed, and who was cut off is told what it has missed', async () => {
    const [one, other] = [await open('failover'), await open('failover')];
    const told: string[] = [];
    const follow = () =>
      other.follow(
        ['alice'],
        (kept) => void told.push(text(kept)),
        () => void told.splice(0),
      );
    await follow();
    await one.put(['alice', 'x'], Buffer.from('1'), mark());
    const victim = cluster.servers.find(({ address }) => address === other.connection.nats.getServer());
    await victim?.stop('SIGKILL');
    await one.put(['alice', 'y'], Buffer.from('2'), mark());
    await eventually(() => told.length === 2);
    expect(told).toEqual(['alice x: 1', 'alice y: 2']);
    await victim?.start();
    await cluster.ready();
  });

  it('is in doubt from the loss of the connection until all is told again', async () => {
    const [one, other] = [await open('doubt'), await open('doubt')];
    const told: string[] = [];
    await other.follow(
      ['alice'],
      (kept) => void told.push(text(kept)),
      () => void told.push('again'),
      (isInDoubt) => void told.push(isInDoubt ? 'in doubt' : 'sure'),
    );
    await one.put(['alice', 'x'], Buffer.from('1'), mark());
    await eventually(() => told.length === 1);
    await other.connection.nats.reconnect();
    await one.put(['alice', 'x'], Buffer.from('2'), mark());
    await eventually(() => told.includes('sure') && told.at(-1) === 'alice x: 2');
    expect(told.filter((each) => each === 'in doubt' || each === 'sure')).toEqual(['in doubt', 'sure']);
  });

  it('is in doubt no longer than until any server has told all, with or without one that leads', async () => {
    const shelf = await open('nearby');
    await shelf.put(['alice', 'x'], Buffer.from('1'), mark());
    const told: string[] = [];
    await shelf.follow(
      ['alice'],
      () => undefined,
      () => void told.push('again'),
      (isInDoubt) => void told.push(isInDoubt ? 'in doubt' : 'sure'),
    );
    const left = await follower(shelf.connection, 'nearby');
    const others = cluster.servers.filter((server) => server !== left);
    for (const server of others) await server.stop('SIGKILL');
    try {
      await shelf.connection.nats.reconnect();
      await eventually(() => told.at(-1) === 'sure');
      expect(told).not.toContain('again');
    } finally {
      for (const server of others) await server.start();
      await cluster.ready();
    }
  });

  it('waits while a majority is gone, and stores when it is back', async () => {
    const shelf = await open('quorum');
    await shelf.put(['alice', 'x'], Buffer.from('1'), mark());
    const [, ...others] = cluster.servers;
    for (const server of others) await server.stop('SIGKILL');
    const putting = shelf.put(['alice', 'x'], Buffer.from('2'), mark());
    for (const server of others) await server.start();
    await cluster.ready();
    expect(await putting).toBeGreaterThan(0);
    expect((await shelf.read(['alice'])).map(text)).toEqual(['alice x: 2']);
  });
});
