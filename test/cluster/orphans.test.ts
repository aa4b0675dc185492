/** Pins what becomes of the clients of a broker that dies without a word: their sessions, queues, retained messages and wills are everybody's. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tenants } from '../support/brokers/directory.ts';
import { connectClient, type TestClient, type TestClientOptions } from '../support/brokers/mqtt-client.ts';
import { type Bridge, startBridge } from '../support/cluster/brokers.ts';
import { type NatsCluster, natsIsMissing, startNats } from '../support/cluster/nats.ts';

const SESSION = { clientId: 'away', clean: false, properties: { sessionExpiryInterval: 600 } };

describe.skipIf(natsIsMissing)('a broker that dies without a word', () => {
  let cluster: NatsCluster;
  const bridges: Bridge[] = [];
  let prefixes = 0;
  beforeAll(async () => {
    cluster = await startNats();
  });
  afterEach(async () => {
    for (const bridge of bridges.splice(0)) await bridge.stop();
  });
  afterAll(() => cluster?.stop());

  async function start(): Promise<Bridge> {
    const bridge = await startBridge(cluster, tenants(), { prefix: `orphans-${prefixes}` });
    bridges.push(bridge);
    return bridge;
  }

  const connect = ({ url }: Bridge, options: Partial<TestClientOptions> = {}): Promise<TestClient> =>
    connectClient({ url, username: 'alice', password: 'alice', ...options });

  /** As `kill -9` does: nothing of it reaches the cluster any more. */
  async function kill(bridge: Bridge): Promise<void> {
    bridges.splice(bridges.indexOf(bridge), 1);
    await bridge.connection.close();
    void bridge.stop();
  }

  it('leaves sessions with their queues, retained messages and wills to the next one that starts', async () => {
    prefixes += 1;
    const first = await start();
    const will = { topic: 'alice/will', payload: Buffer.from('gone'), qos: 1, retain: false } as const;
    const reader = await connect(first, SESSION);
    await reader.subscribe(['alice/n', 'alice/will'], { qos: 1 });
    await reader.end();
    const writer = await connect(first, { clientId: 'writer', will });
    for (let n = 0; n < 10; n += 1) await writer.publish('alice/n', String(n), { qos: 1 });
    await writer.publish('alice/kept', 'kept', { qos: 1, retain: true });
    await kill(first);
    const second = await start();
    const back = await connect(second, SESSION);
    for (let n = 0; n < 10; n += 1) expect((await back.next('alice/n')).text).toBe(String(n));
    expect((await back.next('alice/will')).text).toBe('gone');
    await back.subscribe('alice/kept');
    expect((await back.next('alice/kept')).text).toBe('kept');
  });

  it('is no obstacle to its clients, who come to a broker that lives and miss nothing that was acknowledged', async () => {
    prefixes += 1;
    const [dying, living] = [await start(), await start()];
    const reader = await connect(dying, SESSION);
    await reader.subscribe('alice/n', { qos: 1 });
    const writer = await connect(living);
    await writer.publish('alice/n', 'before', { qos: 1 });
    await kill(dying);
    for (let n = 0; n < 10; n += 1) await writer.publish('alice/n', String(n), { qos: 1 });
    const back = await connect(living, SESSION);
    for (let n = 0; n < 10; n += 1) {
      expect((await back.next(({ topic, text }) => topic === 'alice/n' && text === String(n))).text).toBe(String(n));
    }
  });
});
