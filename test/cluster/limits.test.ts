/** Holds real brokers beside one another on NATS to what one account may have: it has it once, wherever its clients are. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tenants } from '../support/brokers/directory.ts';
import { connectClient, type TestClient } from '../support/brokers/mqtt-client.ts';
import { type Bridge, startBridge } from '../support/cluster/brokers.ts';
import { type NatsCluster, natsIsMissing, startNats } from '../support/cluster/nats.ts';
import { comesTrue } from '../support/patience.ts';

const CONNECTIONS = 4;
const PER_SECOND = 200;
const BURST = 20;
/** That nobody hears. */
const WORK_OF_PUBLISH = 2;
const QUOTA_EXCEEDED = 0x97;
const KEY = 'instance:alice';

describe.skipIf(natsIsMissing)('an account at two brokers', () => {
  let nats: NatsCluster;
  let bridges: Bridge[];
  let clients: TestClient[];
  let suites = 0;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats.stop());
  beforeEach(async () => {
    [bridges, clients] = [[], []];
    const directory = tenants();
    const limits = { tenant: { connections: CONNECTIONS, workPerSecond: PER_SECOND, workBurst: BURST } };
    suites += 1;
    for (let i = 0; i < 2; i += 1)
      bridges.push(await startBridge(nats, directory, { limits, prefix: `limits${suites}` }));
  });
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.end()));
    await Promise.all(bridges.map((bridge) => bridge.stop()));
  });

  async function connect(at: number, clientId?: string): Promise<TestClient> {
    const url = bridges[at]?.url ?? '';
    const client = await connectClient({ url, username: 'alice', password: 'alice', ...(clientId && { clientId }) });
    clients.push(client);
    return client;
  }

  /** The code of the refusal, or `in`. */
  const tried = (at: number) =>
    connect(at).then(
      () => 'in',
      (error: unknown) => Object(error).code,
    );
  const connected = async () => (await bridges[0]?.broker.sessionsEverywhere(KEY))?.length;

  it('has as many connections in all as at one, and another one when one has gone', async () => {
    for (const at of [0, 1, 1, 0]) expect(await tried(at)).toBe('in');
    expect([await tried(0), await tried(1)]).toEqual([QUOTA_EXCEEDED, QUOTA_EXCEEDED]);
    await clients[0]?.end();
    expect(await tried(1)).toBe('in');
    expect(await tried(0)).toBe(QUOTA_EXCEEDED);
  });

  it('has never more, however many come to both at once, and has all of them in the end', async () => {
    for (let round = 0; round < 5; round += 1) {
      const outcomes = await Promise.all(Array.from({ length: 12 }, (_, i) => tried(i % 2)));
      expect(outcomes.filter((one) => one === 'in').length).toBeLessThanOrEqual(CONNECTIONS);
      await comesTrue(async () => {
        await tried(round % 2);
        expect(await connected()).toBe(CONNECTIONS);
      });
      await Promise.all(clients.splice(0).map((client) => client.end()));
      await comesTrue(async () => expect(await connected()).toBe(0));
    }
  });

  it('has a client that moves let in, also when there is no place for another one', async () => {
    for (const id of ['a', 'b', 'c', 'd']) await connect(0, id);
    for (const id of ['a', 'b', 'c', 'd']) await connect(1, id);
    expect(await connected()).toBe(CONNECTIONS);
    expect(await tried(0)).toBe(QUOTA_EXCEEDED);
  });

  it('has all of its places at the other one when a broker dies', async () => {
    for (const id of ['a', 'b', 'c', 'd']) await connect(0, id);
    // It says no goodbye.
    await bridges[0]?.connection.close();
    for (const id of ['a', 'b', 'c', 'd']) await connect(1, id);
    expect(await tried(1)).toBe(QUOTA_EXCEEDED);
  });

  it('has its messages a second once, but for the first moments', async () => {
    const speakers = [await connect(0), await connect(1)];
    const startedMs = performance.now();
    const seconds = () => (performance.now() - startedMs) / 1000;
    let sent = 0;
    const storm = speakers.map(async (speaker) => {
      while (seconds() < 10) {
        await Promise.all(Array.from({ length: 20 }, () => speaker.publish('alice/x', 'storm', { qos: 1 })));
        sent += 20;
      }
    });
    await Promise.all(storm);
    // Two seconds until both know of one another, and as many again for a machine that is busy: at each it would be twice as much.
    expect(sent * WORK_OF_PUBLISH).toBeLessThanOrEqual(PER_SECOND * (seconds() + 4) + 4 * BURST);
  });
});
