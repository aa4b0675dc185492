import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { BrokerAddress } from '../../src/brokers/broker-address.ts';
import { connectExternalBroker } from '../../src/brokers/external.ts';
import type { InboundMessage, MqttLink } from '../../src/core/ports.ts';
import { type Topics, topicsOf } from '../../src/protocol/topics.ts';
import { mqttLinkContract } from '../contracts/mqtt-link.contract.ts';
import { type Certificate, selfSignedCertificate } from '../support/certificate.ts';
import { freePort, portOf } from '../support/free-port.ts';
import { type Mosquitto, mosquittoIsMissing, startMosquitto } from '../support/mosquitto.ts';
import { connectClient, type TestClient } from '../support/mqtt-client.ts';
import { hasProgram } from '../support/programs.ts';
import { type RecordingLog, recordingLog } from '../support/recording-log.ts';
import { type StandInBroker, type StandInOptions, startStandInBroker } from '../support/stand-in-broker.ts';
import { systemClock } from '../support/system-clock.ts';
import { startWire } from '../support/wire.ts';

interface OpenedLink {
  readonly link: MqttLink;
  readonly topics: Topics;
  readonly log: RecordingLog;
  readonly requests: InboundMessage[];
  /** How often it came up. */
  ups(): number;
  isUp(times?: number): Promise<void>;
}

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A link with the shortest pauses; closed after the test. */
function openLink(
  address: Partial<BrokerAddress> & { readonly port: number },
  base: string = randomUUID(),
): OpenedLink {
  const topics = topicsOf(base);
  const log = recordingLog();
  const requests: InboundMessage[] = [];
  let ups = 0;
  const link = connectExternalBroker({
    address: { protocol: 'mqtt', host: '127.0.0.1', ...address },
    topics,
    clientId: `bridge-${base}`,
    log,
    clock: systemClock,
    random: () => 0,
  });
  cleanups.push(link.close);
  link.onRequest((message) => requests.push(message));
  link.onUp(() => {
    ups += 1;
  });
  const isUp = (times = 1) => vi.waitFor(() => expect(ups).toBe(times), { timeout: 8000, interval: 10 });
  return { link, topics, log, requests, ups: () => ups, isUp };
}

function textOf({ payload }: InboundMessage): string {
  return Buffer.from(payload).toString();
}

describe.skipIf(mosquittoIsMissing)('on mosquitto', () => {
  let mosquitto: Mosquitto;
  beforeAll(async () => {
    mosquitto = await startMosquitto();
  });
  afterAll(async () => {
    await mosquitto?.stop();
  });

  async function connectTestClient(version: 4 | 5 = 5): Promise<TestClient> {
    const { port, username, password } = mosquitto;
    const client = await connectClient({ url: `mqtt://127.0.0.1:${port}`, username, password, version });
    cleanups.push(client.end);
    return client;
  }

  mqttLinkContract('a client of mosquitto', async () => {
    const { link, topics } = openLink(mosquitto);
    return { link, topics, connectClient: ({ version }) => connectTestClient(version), cleanup: link.close };
  });

  describe('availability', () => {
    it('turns to offline by the last will when the socket breaks, and back to online by itself', async () => {
      const wire = await startWire(mosquitto.port);
      cleanups.push(wire.stop);
      const { topics, isUp, log } = openLink({ ...mosquitto, port: wire.port });
      const watcher = await connectTestClient();
      await watcher.subscribe(topics.availability);
      await isUp();
      wire.cut();
      await isUp(2);
      const seen = [await watcher.next(), await watcher.next(), await watcher.next()];
      expect(seen.map(({ text }) => text)).toEqual(['online', 'offline', 'online']);
      expect(log.visible()).toEqual([
        'info: connected to the MQTT broker',
        'warn: lost the MQTT broker, connecting again',
        'info: connected to the MQTT broker',
      ]);
    });

    it('is said once when the link closes: the broker is told to forget the last will', async () => {
      const { link, topics, isUp } = openLink(mosquitto);
      const watcher = await connectTestClient();
      await watcher.subscribe(topics.availability);
      await isUp();
      await link.close();
      await watcher.publish(topics.availability, 'that was all', { qos: 1 });
      await watcher.next((message) => message.text === 'that was all');
      expect(watcher.received.map(({ text }) => text)).toEqual(['online', 'offline', 'that was all']);
    });

    it('says online only when requests are heard already', async () => {
      const topics = topicsOf(randomUUID());
      const watcher = await connectTestClient();
      await watcher.subscribe(topics.availability);
      const online = watcher.next(topics.availability);
      const { requests } = openLink(mosquitto, topics.base);
      await online;
      await watcher.publish(topics.requests, 'at once', { qos: 1 });
      await vi.waitFor(() => expect(requests.map(textOf)).toEqual(['at once']));
    });
  });

  describe('retained requests (N-06)', () => {
    it.each(['MQTT 5', 'MQTT 3.1.1'])('are seen as such at every connection over %s', async (protocol) => {
      const wire = await startWire(mosquitto.port, { refuseVersion5: protocol === 'MQTT 3.1.1' });
      cleanups.push(wire.stop);
      const topics = topicsOf(randomUUID());
      const client = await connectTestClient();
      await client.publish(topics.requests, 'planted', { qos: 1, retain: true });
      const { requests, isUp } = openLink({ ...mosquitto, port: wire.port }, topics.base);
      await isUp();
      wire.cut();
      await isUp(2);
      await vi.waitFor(() => expect(requests).toHaveLength(2));
      expect(requests.map((message) => [textOf(message), message.retained])).toEqual([
        ['planted', true],
        ['planted', true],
      ]);
      await client.publish(topics.requests, '', { qos: 1, retain: true });
    });
  });

  describe('what no request may do (N-07)', () => {
    it('cost the connection by the topic or the size of its answer', async () => {
      const { link, topics, isUp, ups } = openLink(mosquitto);
      await isUp();
      const hostile = ['\u0001', '\u0085', '\ufdd0', '\uffff', '\u{1fffe}', '\ud800', '+', '#', '\0', 'a/'.repeat(210)];
      for (const requestId of hostile) {
        const topic = topics.response(requestId);
        await expect(link.publish({ topic, payload: 'x' }), topic).rejects.toMatchObject({ code: 'internal' });
      }
      await link.publish({ topic: topics.response('a'), payload: 'x', qos: 1 });
      expect([link.up, ups()]).toEqual([true, 1]);
    });

    it('cost it by what the request carries', async () => {
      const { link, topics, isUp, ups, requests } = openLink(mosquitto);
      await isUp();
      const client = await connectTestClient();
      const carried = [
        { userProperties: { __proto__: 'x', constructor: ['y', 'z'] } },
        { responseTopic: ' ', correlationData: Buffer.alloc(60_000) },
        { payloadFormatIndicator: true, messageExpiryInterval: 1, contentType: '' },
      ];
      for (const properties of carried) await client.publish(topics.requests, 'x', { qos: 1, properties });
      await client.publish(topics.requests, Buffer.alloc(2_000_000), { qos: 1 });
      await vi.waitFor(() => expect(requests).toHaveLength(carried.length + 1));
      expect([link.up, ups()]).toEqual([true, 1]);
    });
  });

  it('has every one of 500 acknowledged messages taken', async () => {
    const { link, topics, isUp } = openLink(mosquitto);
    await isUp();
    const ids = Array.from({ length: 500 }, (_, index) => index + 1);
    await Promise.all(
      ids.map((id) => link.publish({ topic: topics.cameraState(id), payload: '{}', retain: true, qos: 1 })),
    );
    const client = await connectTestClient();
    await client.subscribe(topics.cameraState(500));
    expect((await client.next(topics.cameraState(500))).retain).toBe(true);
  });

  it('speaks MQTT over WebSocket too', async () => {
    const port = await freePort();
    const broker = await startMosquitto({ config: [`listener ${port} 127.0.0.1`, 'protocol websockets'] });
    cleanups.push(broker.stop);
    const { isUp, log } = openLink({ ...broker, protocol: 'ws', port });
    await isUp();
    expect(log.lines[0]?.fields).toEqual({ broker: `ws://127.0.0.1:${port}`, protocol: '5' });
  });
});

describe.skipIf(mosquittoIsMissing)('when mosquitto comes and goes', () => {
  async function startOwn(config?: string[], port?: number): Promise<Mosquitto> {
    const broker = await startMosquitto({ ...(config && { config }), ...(port !== undefined && { port }) });
    cleanups.push(broker.stop);
    return broker;
  }

  async function clientOf({ port, username, password }: Mosquitto): Promise<TestClient> {
    const client = await connectClient({ url: `mqtt://127.0.0.1:${port}`, username, password });
    cleanups.push(client.end);
    return client;
  }

  it('is back after a restart of the broker: online, subscribed, and onUp called again', async () => {
    const broker = await startOwn();
    const { link, topics, requests, isUp } = openLink(broker);
    await isUp();
    await broker.restart();
    await isUp(2);
    const client = await clientOf(broker);
    await client.subscribe([topics.availability, topics.response('a')]);
    expect(await client.next(topics.availability)).toMatchObject({ text: 'online', retain: true });
    await client.publish(topics.requests, 'a request', { qos: 1 });
    await vi.waitFor(() => expect(requests.map(textOf)).toEqual(['a request']));
    await link.publish({ topic: topics.response('a'), payload: 'answer' });
    expect((await client.next(topics.response('a'))).text).toBe('answer');
  });

  it('publishes nothing stale: what was published meanwhile is dropped', async () => {
    const broker = await startOwn();
    const { link, topics, isUp, log } = openLink(broker);
    await isUp();
    const restarted = broker.restart();
    await vi.waitFor(() => expect(link.up).toBe(false));
    await link.publish({ topic: topics.failures, payload: 'stale' });
    await link.publish({ topic: topics.failures, payload: 'stale', qos: 1 });
    await restarted;
    const client = await clientOf(broker);
    await client.subscribe(`${topics.base}/#`);
    await isUp(2);
    await link.publish({ topic: topics.failures, payload: 'fresh', qos: 1 });
    await client.next(({ text }) => text === 'fresh');
    expect(client.received.map(({ text }) => text)).toEqual(['online', 'fresh']);
    expect(log.lines.filter(({ message }) => message.startsWith('message dropped'))).toHaveLength(2);
  });

  it('waits for a broker that is absent at the start, and says so once', async () => {
    const port = await freePort();
    const { link, topics, isUp, log } = openLink({ port, username: 'bridge', password: 'no-log-may-hold-this' });
    await link.publish({ topic: topics.failures, payload: 'dropped' });
    const attempts = () => log.lines.filter(({ fields }) => String(fields['reason']).includes('ECONNREFUSED')).length;
    await vi.waitFor(() => expect(attempts()).toBeGreaterThan(1), { timeout: 5000 });
    expect(link.up).toBe(false);
    await startOwn([], port);
    await isUp();
    expect(log.visible()).toEqual([
      'warn: no connection to the MQTT broker, trying on',
      'info: connected to the MQTT broker',
    ]);
  });

  it('says that the password is wrong, never which it was, and tries on', async () => {
    const broker = await startOwn();
    const { link, log } = openLink({ ...broker, password: 'wrong-and-secret' });
    const refusals = () => log.lines.filter(({ fields }) => fields['reason'] === 'Connection refused: Not authorized');
    await vi.waitFor(() => expect(refusals().length).toBeGreaterThan(1), { timeout: 5000 });
    expect(refusals().map(({ level }) => level)).toEqual([
      'warn',
      ...refusals()
        .slice(1)
        .map(() => 'debug'),
    ]);
    expect(JSON.stringify(log.lines)).not.toContain('secret');
    await link.close();
  });

  it('leaves the broker when a handler of ours fails, says why, and comes back', async () => {
    const broker = await startOwn();
    const { link, log, isUp } = openLink(broker);
    link.onUp(() => {
      if (log.visible().length === 1) throw new Error('a fault of ours');
    });
    await isUp(2);
    expect(log.lines.map(({ fields }) => fields['reason'])).toContain('a fault of ours');
    const connections = broker.log().match(/New client connected/g);
    const ends = () => broker.log().match(/Client \S+ (closed its connection|disconnected)/g);
    await vi.waitFor(() => expect([connections?.length, ends()?.length]).toEqual([2, 1]));
  });

  it('says so when the account may not write to a topic, and stays', async () => {
    const broker = await startMosquitto({
      acl: ['user bridge', 'topic read +/requests', 'topic write +/availability'],
    });
    cleanups.push(broker.stop);
    const { link, topics, isUp, ups, log } = openLink(broker);
    await isUp();
    await link.publish({ topic: topics.failures, payload: 'x', qos: 1 });
    expect(log.lines.at(-1)).toMatchObject({
      level: 'warn',
      message: 'the MQTT broker refuses a message',
      fields: { topic: topics.failures, reason: 'Publish error: Not authorized' },
    });
    expect([link.up, ups()]).toEqual([true, 1]);
  });

  it('does not send more than the broker takes in one packet', async () => {
    const broker = await startOwn(['max_packet_size 2000']);
    const { link, topics, isUp, ups } = openLink(broker);
    await isUp();
    const topic = topics.response('a');
    await expect(link.publish({ topic, payload: 'x'.repeat(3000) })).rejects.toMatchObject({ code: 'internal' });
    await link.publish({ topic, payload: 'x'.repeat(1000), qos: 1 });
    expect([link.up, ups()]).toEqual([true, 1]);
  });

  it('can be closed while the broker hangs', { timeout: 5000 }, async () => {
    const broker = await startOwn();
    const { link, isUp } = openLink(broker);
    await isUp();
    broker.freeze();
    await link.stopRequests();
    await link.close();
    expect(link.up).toBe(false);
  });

  it('publishes nothing after its offline', async () => {
    const broker = await startOwn();
    const { link, topics, isUp } = openLink(broker);
    await isUp();
    const watcher = await clientOf(broker);
    await watcher.subscribe(`${topics.base}/#`);
    const closed = link.close();
    await link.publish({ topic: topics.failures, payload: 'too late' });
    await closed;
    await watcher.publish(`${topics.base}/last`, '', { qos: 1 });
    await watcher.next(`${topics.base}/last`);
    expect(watcher.received.map(({ text }) => text)).toEqual(['online', 'offline', '']);
  });

  it('can be closed before it was ever connected', { timeout: 2000 }, async () => {
    const { link } = openLink({ port: await freePort() });
    await link.close();
    expect(link.up).toBe(false);
  });
});

describe.skipIf(mosquittoIsMissing || !hasProgram('openssl'))('over TLS', () => {
  let certificate: Certificate;
  let mosquitto: Mosquitto;
  let port: number;
  beforeAll(async () => {
    certificate = await selfSignedCertificate();
    port = await freePort();
    const { certFile, keyFile } = certificate;
    const config = [`listener ${port} 127.0.0.1`, `certfile ${certFile}`, `keyfile ${keyFile}`];
    mosquitto = await startMosquitto({ config });
  });
  afterAll(async () => {
    await mosquitto?.stop();
    await certificate?.remove();
  });

  it('trusts the certificate authority it was given', async () => {
    const { isUp } = openLink({ ...mosquitto, protocol: 'mqtts', port, tls: { ca: certificate.pem } });
    await isUp();
  });

  it('refuses a certificate that nobody vouches for, and says why', async () => {
    const { link, log } = openLink({ ...mosquitto, protocol: 'mqtts', port });
    await vi.waitFor(() => expect(log.visible()).toEqual(['warn: no connection to the MQTT broker, trying on']));
    expect(log.lines[0]?.fields['reason']).toMatch(/self.signed certificate/);
    expect(link.up).toBe(false);
  });

  it('takes any certificate when it was told not to check', async () => {
    const { isUp } = openLink({ ...mosquitto, protocol: 'mqtts', port, tls: { rejectUnauthorized: false } });
    await isUp();
  });

  it('says that a certificate authority is unusable, and tries on', async () => {
    const { log } = openLink({ ...mosquitto, protocol: 'mqtts', port, tls: { ca: 'no certificate' } });
    await vi.waitFor(() => expect(log.lines.length).toBeGreaterThan(1), { timeout: 5000 });
    expect(log.visible()).toHaveLength(1);
  });
});

async function startStandIn(options: StandInOptions = {}): Promise<StandInBroker> {
  const broker = await startStandInBroker(options);
  cleanups.push(broker.stop);
  return broker;
}

describe('on what is no broker', () => {
  it('logs what a web server answered instead of MQTT over WebSocket', async () => {
    const server = createServer((_request, response) => void response.writeHead(404).end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(async () => void server.close());
    const { log } = openLink({ protocol: 'ws', port: portOf(server) });
    await vi.waitFor(() => expect(log.visible()).toHaveLength(1));
    expect(log.lines[0]?.fields['reason']).toBe('Unexpected server response: 404');
  });
});

describe('on a broker that says why it hangs up', () => {
  it('logs that another client uses our client id, and keeps speaking MQTT 5', async () => {
    const broker = await startStandIn({ onVersion5: 'accept' });
    const { isUp, log } = openLink(broker);
    await isUp();
    broker.send({ cmd: 'disconnect', reasonCode: 142 });
    await isUp(2);
    expect(log.lines.map(({ fields }) => fields['reason'])).toContain(
      'the broker ended the connection: another client uses our client id',
    );
    expect(broker.versions()).toEqual([5, 5]);
  });
});

describe('on a broker that speaks only MQTT 3.1.1', () => {
  it.each([
    ['connack 1', [5, 4]],
    ['connack 132', [5, 4]],
    ['hang up', [5, 5, 4]],
  ] as const)('comes up after MQTT 5 got: %s', async (onVersion5, versions) => {
    const broker = await startStandIn({ onVersion5 });
    const { isUp, log } = openLink(broker);
    await isUp();
    expect(broker.versions()).toEqual(versions);
    expect(log.lines.at(-1)?.fields).toMatchObject({ protocol: '3.1.1' });
  });

  it('connects, subscribes, publishes and leaves as it should', async () => {
    const broker = await startStandIn();
    const { link, topics, isUp } = openLink(broker);
    await isUp();
    await link.close();
    const [, connect, subscribe, online, offline, disconnect] = broker.packets;
    expect(connect).toMatchObject({
      clean: true,
      will: { topic: topics.availability, payload: Buffer.from('offline'), qos: 1, retain: true },
    });
    expect(subscribe).toMatchObject({ cmd: 'subscribe', subscriptions: [{ topic: topics.requests, qos: 0 }] });
    expect(online).toMatchObject({ topic: topics.availability, payload: Buffer.from('online'), qos: 1, retain: true });
    expect(offline).toMatchObject({
      topic: topics.availability,
      payload: Buffer.from('offline'),
      qos: 1,
      retain: true,
    });
    expect(disconnect).toMatchObject({ cmd: 'disconnect' });
  });

  it('passes on the DUP and the retain flag', async () => {
    const broker = await startStandIn();
    const { topics, requests, isUp } = openLink(broker);
    await isUp();
    const packet = { cmd: 'publish', topic: topics.requests, payload: 'x', messageId: 7 } as const;
    broker.send({ ...packet, qos: 1, dup: true, retain: false });
    broker.send({ ...packet, qos: 0, dup: false, retain: true });
    await vi.waitFor(() => expect(requests).toHaveLength(2));
    expect(requests.map(({ dup, retained }) => ({ dup, retained }))).toEqual([
      { dup: true, retained: false },
      { dup: false, retained: true },
    ]);
  });

  it('takes no request after stopRequests, though the broker still sends one, and does not subscribe again', async () => {
    const broker = await startStandIn();
    const { link, topics, requests, isUp } = openLink(broker);
    await isUp();
    await link.stopRequests();
    broker.send({ cmd: 'publish', topic: topics.requests, payload: 'x', qos: 0, dup: false, retain: false });
    await link.publish({ topic: topics.failures, payload: 'settled', qos: 1 });
    broker.disconnectAll();
    await isUp(2);
    expect(requests).toEqual([]);
    const sent = broker.packets.map(({ cmd }) => cmd).filter((cmd) => cmd !== 'publish');
    expect(sent).toEqual(['connect', 'connect', 'subscribe', 'unsubscribe', 'connect', 'connect']);
  });

  it('is not online when it may not subscribe, and says so once', async () => {
    const broker = await startStandIn({ refusesSubscriptions: true });
    const { link, topics, log } = openLink(broker);
    const attempts = () => broker.packets.filter(({ cmd }) => cmd === 'subscribe').length;
    await vi.waitFor(() => expect(attempts()).toBeGreaterThan(1), { timeout: 5000 });
    await link.close();
    expect(broker.packets.filter(({ cmd }) => cmd === 'publish')).toEqual([]);
    expect(log.visible()).toEqual(['warn: no connection to the MQTT broker, trying on']);
    expect(log.lines[0]?.fields['reason']).toBe(
      `the broker refuses the subscription to ${topics.requests} (reason code 128)`,
    );
  });

  it('drops messages when the broker stops reading, so that memory stays bounded', async () => {
    const broker = await startStandIn();
    const { link, topics, isUp, log } = openLink(broker);
    await isUp();
    broker.stopReading();
    const megabyte = new Uint8Array(1024 * 1024);
    const wasDropped = () => log.lines.some(({ message }) => message.startsWith('message dropped'));
    for (let sent = 0; sent < 64 && !wasDropped(); sent += 1) {
      await link.publish({ topic: topics.failures, payload: megabyte });
    }
    expect(wasDropped()).toBe(true);
  });
});
