/** Pins the seven ways by which one tenant of a broker could reach, hinder or exhaust another (A to G), over both versions. */

import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestBroker, type TestBroker, until } from '../../support/brokers/embedded.ts';
import { openRaw, type RawMqtt } from '../../support/brokers/raw-mqtt.ts';
import { TEST_MS } from '../../support/patience.ts';

describe.each([4, 5] as const)('over protocol version %i', (version) => {
  let test: TestBroker;
  const stays = version === 5 ? { properties: { sessionExpiryInterval: 3600 } } : {};

  beforeEach(async () => {
    test = await startTestBroker({ limits: { connectTimeoutMs: 2 * TEST_MS, drainTimeoutMs: 2 * TEST_MS } });
  });

  afterEach(() => test.stop());

  it('A: a refused filter in a mixed SUBSCRIBE never delivers later', async () => {
    const spy = await test.client('bob', { version, clientId: 'spy', clean: false, ...stays });
    const refused = version === 5 ? 0x87 : 0x80;
    expect(await spy.subscribe(['bob/ok', 'alice/#', '#', '/+/secret'])).toEqual([1, refused, refused, refused]);
    await spy.end();
    const victim = await test.client('alice', { version });
    await victim.publish('alice/secret', 'while the spy is away', { qos: 1 });
    const owner = await test.client('bob', { version });
    await owner.publish('bob/ok', 'its own', { qos: 1 });
    const back = await test.client('bob', { version, clientId: 'spy', clean: false, ...stays });
    expect((await back.next()).text).toBe('its own');
    await victim.publish('alice/secret', 'while the spy is here', { qos: 1 });
    await owner.publish('bob/ok', 'its own again', { qos: 1 });
    expect((await back.next()).text).toBe('its own again');
  });

  it("B: another tenant's client id does not open its session", async () => {
    const victim = await test.client('alice', { version, clientId: 'same', clean: false, ...stays });
    await victim.subscribe('alice/#');
    await victim.end();
    const sender = await test.client('alice', { version });
    await sender.publish('alice/secret', 'queued', { qos: 1 });
    const thief = await test.raw('bob', { version, clientId: 'same', clean: false, ...stays });
    expect(await thief.next('connack')).toMatchObject({ sessionPresent: false });
    thief.send({ cmd: 'pingreq' });
    await thief.next('pingresp');
    expect(thief.received.map(({ cmd }) => cmd)).toEqual(['connack', 'pingresp']);
    const back = await test.raw('alice', { version, clientId: 'same', clean: false, ...stays });
    expect(await back.next('connack')).toMatchObject({ sessionPresent: true });
    expect((await back.next('publish')).payload.toString()).toBe('queued');
  });

  it("C: another tenant's client id does not kick", async () => {
    const victim = await test.client('alice', { version, clientId: 'same' });
    await victim.subscribe('alice/#');
    await test.client('bob', { version, clientId: 'same' });
    await victim.publish('alice/still', 'here', { qos: 1 });
    expect((await victim.next('alice/still')).text).toBe('here');
    // Within one account it takes over, as the specification wants it (MQTT 5.0, 3.1.4).
    await test.client('alice', { version, clientId: 'same' });
    expect(await victim.closed).toBe(version === 5 ? 0x8e : undefined);
  });

  it('D: a frozen subscriber delays only its own tenant', async () => {
    const frozen = await test.raw('alice', { version, clientId: 'frozen' });
    frozen.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'alice/#', qos: 0 }] });
    await frozen.next('suback');
    frozen.socket.pause();
    const publish = { cmd: 'publish', topic: 'alice/x', qos: 0, dup: false, retain: false } as const;
    const filler = await test.raw('alice', { version, clientId: 'filler' });
    await filler.next('connack');
    // More than all the buffers on the way hold.
    for (let sent = 0; sent < 200; sent += 1) filler.send({ ...publish, payload: Buffer.alloc(100_000) });
    await standsStill(filler);
    // Small messages take many places at once, and their publisher's own back-pressure comes too late.
    const flood = await test.raw('alice', { version, clientId: 'flood' });
    await flood.next('connack');
    flood.send(...Array.from({ length: 5000 }, () => ({ ...publish, payload: Buffer.alloc(100) })));
    await standsStill(flood);
    const other = await test.client('bob', { version });
    await other.subscribe('bob/#');
    await other.publish('bob/x', 'through', { qos: 1 });
    expect((await other.next('bob/x')).text).toBe('through');
    expect(test.broker.sessions('instance:alice').map(({ clientId }) => clientId)).toContain('frozen');
  });

  it("E: a subscribe costs its own tenant's retained messages only", async () => {
    const hoarder = await test.raw('alice', { version, clientId: 'hoarder' });
    await hoarder.next('connack');
    for (let start = 0; start < 10_000; start += 1000) {
      const block = Array.from({ length: 1000 }, (_, index) => {
        const topic = `alice/${start + index}`;
        return { cmd: 'publish', topic, payload: 'x', qos: 0, dup: false, retain: true } as const;
      });
      hoarder.send(...block);
    }
    hoarder.send({ cmd: 'pingreq' });
    await hoarder.next('pingresp');
    const other = await test.client('bob', { version });
    const admin = await test.client('root', { version });
    await other.subscribe('bob/#');
    await admin.subscribe('#');
    await other.publish('bob/x', 'x', { qos: 1 });
    await other.next('bob/x');
    // Not one of them is looked at for others, however broad their filter: retained-messages.test.ts counts.
    hoarder.send({ cmd: 'publish', topic: 'alice/live', payload: 'x', qos: 0, dup: false, retain: false });
    hoarder.send({ cmd: 'pingreq' });
    await hoarder.next('pingresp');
    await admin.publish('home/x', 'x', { qos: 1 });
    await admin.next('home/x');
    expect(admin.received.filter(({ topic }) => topic.startsWith('alice'))).toEqual([]);
  });

  it('E: retained messages are bounded, and said to be so once', async () => {
    await test.stop();
    test = await startTestBroker({ limits: { home: { retainedMessages: 2 }, tenant: { retainedMessages: 2 } } });
    const hoarder = await test.client('alice', { version });
    await hoarder.subscribe('alice/live');
    for (const topic of ['alice/1', 'alice/2', 'alice/live', 'alice/4']) {
      await hoarder.publish(topic, 'x', { qos: 1, retain: true });
    }
    await hoarder.next('alice/live');
    const late = await test.client('alice', { version });
    await late.subscribe('alice/#');
    await hoarder.publish('alice/last', 'x', { qos: 1 });
    await late.next('alice/last');
    await until(() => late.received.length === 3, 'the retained messages');
    expect(late.received.map(({ topic }) => topic).sort()).toEqual(['alice/1', 'alice/2', 'alice/last']);
    expect(test.log.visible().filter((line) => line.includes('retained'))).toHaveLength(1);
  });

  it('filters are bounded, and unsubscribing makes room', async () => {
    await test.stop();
    test = await startTestBroker({ limits: { home: { filters: 2 }, tenant: { filters: 2 } } });
    const refused = version === 5 ? 0x97 : 0x80;
    const one = await test.client('alice', { version });
    const two = await test.client('alice', { version, clientId: 'two', clean: false, ...stays });
    expect(await one.subscribe(['alice/1', 'alice/2', 'alice/3'])).toEqual([1, 1, refused]);
    expect(await two.subscribe('alice/1')).toEqual([refused]);
    await one.unsubscribe('alice/1');
    expect(await two.subscribe('alice/1')).toEqual([1]);
    await two.unsubscribe('alice/1');
    expect(await one.subscribe('alice/1')).toEqual([1]);
    await one.end();
    await test.connections('instance:alice', 1);
    expect(await two.subscribe(['alice/4', 'alice/5'])).toEqual([1, 1]);
  });

  it('F: an offline queue is bounded and can be dropped', async () => {
    await test.stop();
    test = await startTestBroker({
      limits: { home: { queuedMessagesPerSession: 10 }, tenant: { queuedMessagesPerSession: 10 } },
    });
    const session = { version, clientId: 'away', clean: false, ...stays };
    const away = await test.client('alice', session);
    await away.subscribe('alice/#');
    await away.end();
    const sender = await test.client('alice', { version });
    for (let index = 0; index < 25; index += 1) await sender.publish('alice/x', String(index), { qos: 1 });
    const back = await test.client('alice', session);
    await sender.publish('alice/x', 'live', { qos: 1 });
    await until(() => back.received.length === 11, 'ten old messages and a new one');
    const old = back.received.map(({ text }) => text).filter((text) => text !== 'live');
    expect(old).toEqual(Array.from({ length: 10 }, (_, index) => String(index)));
    await back.end();
    await sender.publish('alice/x', 'to be dropped', { qos: 1 });
    test.directory.remove('alice');
    test.directory.add('instance', 'alice');
    const fresh = await test.raw('alice', session);
    expect(await fresh.next('connack')).toMatchObject({ sessionPresent: false });
  });

  it('G: an unauthenticated socket cannot take memory', async () => {
    // A CONNECT that declares one byte more than 64 KB, and one of 256 MB that comes byte by byte.
    const stranger = await openRaw(test.broker.port, version);
    stranger.sendBytes(Buffer.from([0x10, 0x81, 0x80, 0x04]));
    await stranger.closed;
    const patient = await openRaw(test.broker.port, version);
    for (const byte of [0x10, 0xff, 0xff, 0xff, 0x7f]) {
      patient.sendBytes(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await patient.closed;
    const endless = await openRaw(test.broker.port, version);
    endless.sendBytes(Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80, 0x80]));
    await endless.closed;
  });

  it('G: a client that has logged in cannot exceed the packet size either', async () => {
    const greedy = await test.raw('alice', { version, clientId: 'greedy' });
    const connack = await greedy.next('connack');
    if (version === 5) expect(connack.properties?.maximumPacketSize).toBe(256 * 1024);
    // Declares 1 MB; what is there so far would be a beginning.
    greedy.sendBytes(Buffer.from([0x30, 0x80, 0x80, 0x40, 0, 7, ...Buffer.from('alice/x')]));
    if (version === 5) expect(await greedy.next('disconnect')).toMatchObject({ reasonCode: 0x95 });
    await greedy.closed;
  });

  it('a connection that says nothing is closed', async () => {
    await test.stop();
    test = await startTestBroker({ limits: { connectTimeoutMs: 50 } });
    const silent = await openRaw(test.broker.port, version);
    await silent.closed;
  });

  it('connections beyond the limit of all accounts are closed at once', async () => {
    await test.stop();
    test = await startTestBroker({ limits: { connections: 2, ownerShare: 1 } });
    await test.client('alice', { version });
    await test.client('alice', { version });
    const third = await openRaw(test.broker.port, version);
    await third.closed;
  });
});

/** Waits until the broker takes nothing more of what a client has to send. */
async function standsStill({ socket }: RawMqtt): Promise<void> {
  let last = -1;
  let unchanged = 0;
  await until(() => {
    unchanged = socket.writableLength === last ? unchanged + 1 : 0;
    last = socket.writableLength;
    return unchanged === 20;
  }, 'the broker to stop reading');
}

it('a subscriber that never reads again is dropped after the drain timeout', async () => {
  const test = await startTestBroker({ limits: { drainTimeoutMs: 100 } });
  const frozen = await test.raw('alice', { version: 4, clientId: 'frozen' });
  frozen.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'alice/#', qos: 0 }] });
  await frozen.next('suback');
  frozen.socket.pause();
  const flood = await test.raw('alice', { version: 4, clientId: 'flood' });
  await flood.next('connack');
  const payload = Buffer.alloc(100_000);
  for (let sent = 0; sent < 500 && test.broker.sessions('instance:alice').length === 2; sent += 1) {
    flood.send({ cmd: 'publish', topic: 'alice/x', payload, qos: 0, dup: false, retain: false });
    if (flood.socket.writableNeedDrain) {
      await Promise.race([once(flood.socket, 'drain'), new Promise((resolve) => setTimeout(resolve, 50))]);
    }
  }
  await test.connections('instance:alice', 1);
  await until(() => test.log.lines.some(({ fields }) => fields['why'] === 'drain timeout'), 'the reason in the log');
  await test.stop();
});
