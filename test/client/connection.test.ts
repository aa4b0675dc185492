import { once } from 'node:events';
import { createServer, type Server, Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Client, type ClientOptions, createClient } from '../../src/client/client.ts';
import { type Mosquitto, mosquittoIsMissing, startMosquitto } from '../support/brokers/mosquitto.ts';
import { connectClient } from '../support/brokers/mqtt-client.ts';
import { startStandInBroker } from '../support/brokers/stand-in-broker.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { startUpstream } from '../support/upstream/upstream.ts';

const HEALTH = { command: 'list', module: 'health' } as const;
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUps.splice(0).reverse()) await step();
});

/** Connects; attempts follow one another without long pauses. */
function connect(options: ClientOptions): { client: Client; states: string[] } {
  const client = createClient({ random: () => 0, ...options });
  const states: string[] = [];
  client.onState((state) => states.push(state));
  cleanUps.push(client.close);
  client.connect();
  return { client, states };
}

async function upstreamOf(options?: Parameters<typeof startUpstream>[0]) {
  const upstream = await startUpstream(options);
  cleanUps.push(upstream.close);
  return upstream;
}

async function mosquittoOf(options?: Parameters<typeof startMosquitto>[0]): Promise<Mosquitto> {
  const mosquitto = await startMosquitto(options);
  cleanUps.push(mosquitto.stop);
  return mosquitto;
}

const loginOf = ({ port, username, password }: Mosquitto) => ({ host: '127.0.0.1', port, username, password });

describe('the connection', () => {
  it('tells what state it is in, and closes once for all who ask', async () => {
    const { url } = await upstreamOf();
    const { client, states } = connect({ url });
    client.connect();
    await client.connected();
    await Promise.all([client.close(), client.close()]);
    expect(states).toEqual(['connecting', 'connected', 'closed']);
  });

  it('keeps trying while there is no broker, and says why', async () => {
    const port = await freePort();
    const { client, states } = connect({ host: '127.0.0.1', port });
    await expect(client.connected({ timeoutMs: 300 })).rejects.toMatchObject({
      code: 'not_connected',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    await eventually(() => states.filter((state) => state === 'connecting').length > 1);
  });

  it('ends also while it waits for the next attempt', async () => {
    const endless = { now: Date.now, after: () => () => undefined };
    const { client, states } = connect({ host: '127.0.0.1', port: await freePort(), clock: endless });
    await eventually(() => client.state === 'disconnected');
    await client.close();
    client.connect();
    expect(states).toEqual(['connecting', 'disconnected', 'closed']);
  });

  it('leaves nobody behind when a listener of its state closes it', async () => {
    const broker = await startStandInBroker();
    cleanUps.push(broker.stop);
    const address = { host: '127.0.0.1', port: broker.port };
    const client = createClient(address);
    client.onState((state) => {
      if (state === 'connecting') void client.close();
    });
    client.connect();
    await eventually(() => client.state === 'closed');
    await connect(address).client.connected();
    const connects = broker.packets.flatMap((packet) => (packet.cmd === 'connect' ? [packet.clientId] : []));
    expect(connects).not.toContain(client.clientId);
  });

  it('does not let small packets wait for one another', async () => {
    const setNoDelay = vi.spyOn(Socket.prototype, 'setNoDelay');
    const broker = await startStandInBroker();
    cleanUps.push(broker.stop, () => setNoDelay.mockRestore());
    await connect({ host: '127.0.0.1', port: broker.port }).client.connected();
    expect(setNoDelay).toHaveBeenCalledWith(true);
  });

  it('ends within two seconds when the broker reads nothing any more', async () => {
    const broker = await startStandInBroker();
    cleanUps.push(broker.stop);
    const { client } = connect({ host: '127.0.0.1', port: broker.port });
    await client.connected();
    broker.stopReading();
    await client.close();
    expect(client.state).toBe('closed');
  });

  it.each(['connack 1', 'connack 132', 'hang up'] as const)(
    'falls back to MQTT 3.1.1 where MQTT 5 is met with: %s',
    async (onVersion5) => {
      const broker = await startStandInBroker({ onVersion5 });
      cleanUps.push(broker.stop);
      const { client } = connect({ host: '127.0.0.1', port: broker.port });
      await client.connected();
      expect(broker.versions()).toEqual([5, 4]);
    },
  );

  it('has a client id that no other has', async () => {
    const { url } = await upstreamOf();
    const ids = Array.from({ length: 100 }, () => createClient({ url, clientIdPrefix: 'x' }).clientId);
    expect(new Set(ids).size).toBe(100);
    expect(ids[0]).toMatch(/^x-[0-9a-f]{16}$/);
  });

  it('rejects what is pending as soon as it is lost', async () => {
    const upstream = await upstreamOf();
    const { client } = connect({ url: upstream.url });
    await client.connected();
    upstream.silence(true);
    const pending = expect(client.request(HEALTH)).rejects.toMatchObject({ code: 'not_connected' });
    await eventually(() => upstream.requests.length === 1);
    await upstream.stop();
    await pending;
    await expect(client.request(HEALTH)).rejects.toMatchObject({ code: 'not_connected' });
  });

  it('comes back when the broker does, with its subscriptions', async () => {
    const upstream = await upstreamOf();
    const { client } = connect({ url: upstream.url });
    await client.connected();
    const seen: string[] = [];
    const subscription = client.events({}, ({ event }) => seen.push(event));
    await subscription.active();
    await upstream.restart();
    await client.connected();
    await subscription.active();
    await upstream.emit('camera', 'ready', 1);
    await eventually(() => seen.length === 1);
    expect(await client.request(HEALTH)).toMatchObject({ healthy: 'healthy' });
  });

  it('subscribes at the first connect to what was asked for before', async () => {
    const upstream = await upstreamOf();
    const client = createClient({ url: upstream.url });
    cleanUps.push(client.close);
    const seen: string[] = [];
    const subscription = client.events({}, ({ event }) => seen.push(event));
    client.connect();
    await subscription.active();
    await upstream.emit('camera', 'ready', 1);
    await eventually(() => seen.length === 1);
  });
});

describe('a broker that refuses the wildcard over answers', () => {
  const refuses = (filter: string) => /responses\/.*[+#]/.test(filter);

  it('gets one subscription for each request, also for many at once', async () => {
    const upstream = await upstreamOf({ refuses });
    const { client } = connect({ url: upstream.url });
    await client.connected();
    const answers = await Promise.all(Array.from({ length: 200 }, () => client.request(HEALTH)));
    expect(answers).toHaveLength(200);
    await eventually(() => ![...upstream.filters].some((filter) => filter.includes(client.clientId)));
  });

  it.each(['/nestmtx/events/', 'nestmtx/events/'])(
    'and one spelling of events, %s, is heard in the other',
    async (start) => {
      const upstream = await upstreamOf({ refuses: (filter) => filter.startsWith(start) });
      const { client } = connect({ url: upstream.url });
      await client.connected();
      await client.events({}, () => undefined).active();
      expect([...upstream.filters].filter((filter) => filter.includes('/events/'))).toHaveLength(1);
    },
  );

  it('and over events too says so to who subscribed', async () => {
    const { url } = await upstreamOf({ refuses: (filter) => filter.includes('events/') });
    const { client } = connect({ url });
    await client.connected();
    const refusals: string[] = [];
    const onRefused = ({ code }: { code: string }) => refusals.push(code);
    const subscription = client.events({}, () => undefined, { onRefused });
    await expect(subscription.active()).rejects.toMatchObject({ code: 'refused' });
    expect(refusals[0]).toBe('refused');
  });
});

describe('an address', () => {
  it.each(['nonsense', 'http://host', 'mqtt://', 'mqtt://name:s3cret@'])('%s is refused without showing it', (url) => {
    const make = () => createClient({ url });
    expect(make).toThrow(expect.objectContaining({ code: 'invalid_options' }));
    expect(make).not.toThrow(/s3cret/);
  });

  it('may be IPv6, in a URL and as a host', async (context) => {
    const server: Server = createServer().listen(0, '::1');
    const isPossible = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isPossible) return context.skip();
    cleanUps.push(() => server.close());
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    for (const options of [{ url: `mqtt://[::1]:${port}` }, { host: '::1', port }]) {
      const arrived = once(server, 'connection');
      const { client } = connect(options);
      await arrived;
      await client.close();
    }
  });

  it.each(['/a', 'a/', 'a/+', ''])('has no base topic %o', (baseTopic) => {
    expect(() => createClient({ host: 'localhost', baseTopic })).toThrow(/base topic/);
  });
});

describe.skipIf(mosquittoIsMissing)('mosquitto', () => {
  it('is come back to after a restart, with the subscriptions', async () => {
    const mosquitto = await mosquittoOf();
    const { client, states } = connect(loginOf(mosquitto));
    await client.connected();
    const seen: number[] = [];
    const subscription = client.states((id) => seen.push(id));
    await subscription.active();
    await mosquitto.restart();
    await eventually(() => states.filter((state) => state === 'connected').length === 2);
    await subscription.active();
    const { username, password, port } = mosquitto;
    const server = await connectClient({ url: `mqtt://127.0.0.1:${port}`, username, password });
    const state = { ready: true, demanded: true, readers: 0, since: null, reason: null, path: null, seq: 1 };
    await server.publish('nestmtx/state/camera/4', JSON.stringify(state), { retain: true, qos: 1 });
    await eventually(() => seen.includes(4));
    await server.end();
    expect(states).toEqual(['connecting', 'connected', 'disconnected', 'connecting', 'connected']);
  });

  it('sees one connection, and its end', async () => {
    const mosquitto = await mosquittoOf();
    const { client } = connect(loginOf(mosquitto));
    await client.connected();
    client.events({}, () => undefined);
    client.states(() => undefined);
    await client.close();
    await eventually(() => mosquitto.log().includes(`Received DISCONNECT from ${client.clientId}`));
    expect(mosquitto.log().match(/New client connected/g)).toHaveLength(1);
  });

  it('with a wrong password says why, and is tried again', async () => {
    const mosquitto = await mosquittoOf();
    const { client, states } = connect({ ...loginOf(mosquitto), password: 'wrong' });
    await expect(client.connected({ timeoutMs: 500 })).rejects.toMatchObject({
      code: 'not_connected',
      message: expect.stringContaining('not authorised'),
    });
    expect(states).toContain('disconnected');
  });

  it('carries requests between us and upstream', async () => {
    const mosquitto = await mosquittoOf({ config: ['allow_anonymous true'] });
    const upstream = await upstreamOf({ brokerUrl: `mqtt://127.0.0.1:${mosquitto.port}` });
    const { client } = connect(loginOf(mosquitto));
    await client.connected();
    const answers = await Promise.all(Array.from({ length: 100 }, () => client.request(HEALTH)));
    expect(answers).toHaveLength(100);
    expect(upstream.requests).toHaveLength(100);
  });
});
