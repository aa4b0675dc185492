/** Pins how the connection to the NATS servers outlives each of them. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ClusterConnection, connectCluster } from '../../src/cluster/connection.ts';
import { type NatsCluster, type NatsServer, natsIsMissing, startNats } from '../support/cluster/nats.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { comesTrue, PATIENCE_MS } from '../support/patience.ts';
import { type RecordingLog, recordingLog } from '../support/recording-log.ts';

/** For a machine that has much else to do. */
const MARGIN_MS = 1000;

describe.skipIf(natsIsMissing)('the connection to a NATS cluster', () => {
  let cluster: NatsCluster;
  let log: RecordingLog;
  let connection: ClusterConnection | undefined;
  beforeAll(async () => {
    cluster = await startNats();
  });
  afterAll(() => cluster?.stop());
  afterEach(async () => {
    await connection?.close();
    connection = undefined;
  });

  async function open(
    servers = cluster.addresses,
    password = cluster.password,
    patienceMs = PATIENCE_MS,
  ): Promise<ClusterConnection> {
    log = recordingLog();
    const { username } = cluster;
    connection = await connectCluster({ servers, username, password }, { log, name: 'a test', patienceMs });
    return connection;
  }

  const serverOf = ({ nats }: ClusterConnection): NatsServer => {
    const found = cluster.servers.find(({ address }) => address === nats.getServer());
    if (!found) throw new Error(`connected to a server that is none of ours: ${nats.getServer()}`);
    return found;
  };

  async function heard(from: ClusterConnection, by: ClusterConnection): Promise<void> {
    const arrived: string[] = [];
    const subscription = by.nats.subscribe('greetings', {
      callback: (_, message) => void arrived.push(message.string()),
    });
    // The server that was killed may have been its own, too.
    await comesTrue(() => by.nats.flush());
    // What was said while nobody was connected is not repeated.
    await eventually(() => {
      from.nats.publish('greetings', 'hello');
      return arrived.includes('hello');
    });
    subscription.unsubscribe();
  }

  it('moves to another server when its own is killed, says so once, and both ends hear one another again', async () => {
    const other = await open();
    const own = await open();
    const changes: boolean[] = [];
    own.onChange((isUp) => changes.push(isUp));
    const server = serverOf(own);
    await server.stop('SIGKILL');
    await eventually(() => changes.length === 2);
    expect(changes).toEqual([false, true]);
    expect(own.isUp).toBe(true);
    expect(serverOf(own)).not.toBe(server);
    await heard(own, other);
    expect(log.visible()).toEqual([
      'info: connected to the NATS cluster',
      'warn: lost the NATS cluster, connecting again',
      'info: connected to the NATS cluster again',
    ]);
    await other.close();
    await server.start();
    await cluster.ready();
  });

  it('is not there for who trusts it again before it has another server, and is told to have been distrusted', async () => {
    const own = await open();
    const changes: [isUp: boolean, wasDistrusted: boolean][] = [];
    own.onChange((...change) => changes.push(change));
    for (let again = 0; again < 2; again += 1) {
      const statuses = own.nats.status();
      own.distrust();
      own.trust();
      for await (const { type } of statuses) if (type === 'reconnect') break;
      await eventually(() => own.isUp);
    }
    expect(changes).toEqual([
      [false, true],
      [true, true],
      [false, true],
      [true, true],
    ]);
  });

  it('leaves a server that is frozen before clients of a bridge have to wait for longer than a second', async () => {
    const own = await open();
    const server = serverOf(own);
    server.freeze();
    const frozenMs = performance.now();
    await eventually(() => own.isUp && serverOf(own) !== server);
    expect(performance.now() - frozenMs).toBeLessThan(1000 + MARGIN_MS);
    server.thaw();
    await cluster.ready();
  });

  it('leaves a frozen server also while more is said to it than it has room for', async () => {
    const own = await open();
    const server = serverOf(own);
    server.freeze();
    const piece = new Uint8Array(500_000);
    for (let i = 0; i < 60; i += 1) own.nats.publish('storm', piece);
    await eventually(() => own.isUp && serverOf(own) !== server, 'it is left', 10_000);
    server.thaw();
    await cluster.ready();
  });

  it('counts as lost while its server is not trusted, and goes to another one meanwhile', async () => {
    const own = await open();
    const server = serverOf(own);
    const changes: boolean[] = [];
    own.onChange((isUp) => changes.push(isUp));
    own.distrust();
    await eventually(() => serverOf(own) !== server);
    await own.nats.flush();
    expect([own.isUp, own.isConnected]).toEqual([false, true]);
    own.trust();
    expect(own.isUp).toBe(true);
    expect(changes).toEqual([false, true]);
  });

  it('is made with whichever server is there, and a start without any is refused in words', async () => {
    const nobody = `127.0.0.1:${await freePort()}`;
    await open([nobody, ...cluster.addresses]);
    await expect(open([nobody], cluster.password, 1)).rejects.toMatchObject({
      code: 'unavailable',
      message: `the NATS cluster (${nobody}) does not answer`,
    });
  });

  it('is refused at once under a wrong password, which no log holds', async () => {
    await expect(open(cluster.addresses, 'a-wrong-one')).rejects.toThrow('refuses the login');
    expect(JSON.stringify(log.lines)).not.toContain('a-wrong-one');
  });
});
