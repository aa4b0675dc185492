/** Pins what of MQTT 5 is seen by clients; the cases are those of the Paho interoperability suite. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestBroker, type TestBroker, TOPICS, until } from '../../support/brokers/embedded.ts';
import type { TestClient, TestClientOptions } from '../../support/brokers/mqtt-client.ts';

let test: TestBroker;

beforeAll(async () => {
  test = await startTestBroker();
});

afterAll(() => test.stop());

const admin = (options: Partial<TestClientOptions> = {}): Promise<TestClient> =>
  test.client('root', { version: 5, ...options });

describe('MQTT 5', () => {
  it.each([0, 1, 2] as const)('delivers QoS %i', async (qos) => {
    const client = await admin();
    expect(await client.subscribe('basic/x', { qos: 2 })).toEqual([2]);
    await client.publish('basic/x', 'hello', { qos });
    expect(await client.next('basic/x')).toMatchObject({ text: 'hello', qos });
  });

  it('passes on every property of a message', async () => {
    const client = await admin();
    await client.subscribe('properties/x');
    const properties = {
      userProperties: { a: '1', b: ['2', '3'] },
      payloadFormatIndicator: true,
      contentType: 'application/json',
      responseTopic: 'properties/response',
      correlationData: Buffer.from([0, 1, 2]),
    };
    await client.publish('properties/x', '{}', { qos: 1, properties });
    expect((await client.next('properties/x')).properties).toMatchObject(properties);
  });

  it('passes them on with a retained message too', async () => {
    const client = await admin();
    await client.publish('properties/kept', '{}', { qos: 1, retain: true, properties: { contentType: 'text/plain' } });
    await client.subscribe('properties/kept');
    expect((await client.next('properties/kept')).properties.contentType).toBe('text/plain');
  });

  it('drops a message that expires in the queue, and tells how long another one still lives', async () => {
    const session = { clientId: 'expiry', clean: false, properties: { sessionExpiryInterval: 60 } };
    const away = await admin(session);
    await away.subscribe('expiry/#');
    await away.end();
    const sender = await admin();
    await sender.publish('expiry/short', 'x', { qos: 1, properties: { messageExpiryInterval: 1 } });
    await sender.publish('expiry/long', 'x', { qos: 1, properties: { messageExpiryInterval: 100 } });
    // The broker goes by real time here, and whole seconds are the shortest there are.
    const due = Date.now() + 1050;
    await until(() => Date.now() > due, 'the message to expire');
    const back = await admin({ ...session, properties: { sessionExpiryInterval: 0 } });
    const { properties } = await back.next('expiry/long');
    expect(properties.messageExpiryInterval).toBeLessThanOrEqual(99);
    expect(back.received).toHaveLength(1);
  });

  it.each([
    ['at once when it has none', 0, false],
    ['when its time is over', 1, false],
    ['not before', 60, true],
  ])('ends a session %s', async (_when, sessionExpiryInterval, sessionPresent) => {
    const clientId = `session${sessionExpiryInterval}`;
    const first = await test.raw('root', { version: 5, clientId, properties: { sessionExpiryInterval } });
    first.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'session/#', qos: 1 }] });
    await first.next('suback');
    first.destroy();
    const isGone = () => test.broker.sessions('admin:root').every((session) => session.clientId !== clientId);
    await until(isGone, 'the end of the connection');
    const due = Date.now() + (sessionExpiryInterval === 1 ? 1050 : 0);
    await until(() => Date.now() >= due, 'the end of the session');
    const second = await test.raw('root', { version: 5, clientId, clean: false });
    expect(await second.next('connack')).toMatchObject({ sessionPresent });
  });

  it('hands the queue to a client that comes back for the last time', async () => {
    const session = { clientId: 'last', clean: false };
    const away = await admin({ ...session, properties: { sessionExpiryInterval: 60 } });
    await away.subscribe('last/#');
    await away.end();
    const sender = await admin();
    await sender.publish('last/x', 'queued', { qos: 1 });
    const back = await admin(session);
    expect((await back.next('last/x')).text).toBe('queued');
  });

  it('delays a will, and drops it when the client returns in time', async () => {
    const heir = await admin();
    await heir.subscribe('delay/#');
    const will = {
      topic: 'delay/will',
      payload: Buffer.from('gone'),
      qos: 1,
      retain: false,
      properties: { willDelayInterval: 1 },
    } as const;
    const session = { clean: false, properties: { sessionExpiryInterval: 60 } };
    const returning = await admin({ ...session, clientId: 'returning', will });
    await returning.destroy();
    await admin({ ...session, clientId: 'returning' });
    const gone = await admin({ ...session, clientId: 'gone', will: { ...will, topic: 'delay/gone' } });
    await gone.destroy();
    const { properties } = await heir.next('delay/gone');
    expect(properties).not.toHaveProperty('willDelayInterval');
    expect(heir.received.map(({ topic }) => topic)).toEqual(['delay/gone']);
  });

  it('gives the reason for a refused filter and stays connected', async () => {
    const client = await admin();
    expect(await client.subscribe([TOPICS.requests, 'reason/x', '$share/group/nestmtx/requests'])).toEqual([
      0x87, 1, 0x87,
    ]);
    await client.publish('reason/x', 'still here', { qos: 1 });
    await client.next('reason/x');
  });

  it.each([0, 1, 2] as const)(
    'ends the connection of an instance with 0x87 when QoS %i goes outside its root (I-32)',
    async (qos) => {
      const alice = await test.client('alice');
      void alice.publish('home/x', 'x', { qos, retain: true }).catch(() => undefined);
      expect(await alice.closed).toBe(0x87);
    },
  );

  it.each([1, 2] as const)(
    'answers a user with 0x87 who may not publish that at QoS %i, and keeps the connection',
    async (qos) => {
      const raw = await test.raw('carol', { version: 5, clientId: `refused-${qos}` });
      const publish = {
        cmd: 'publish',
        topic: 'home/x',
        payload: 'x',
        qos,
        dup: false,
        retain: true,
        messageId: 9,
      } as const;
      raw.send(publish);
      expect(await raw.next(qos === 1 ? 'puback' : 'pubrec')).toMatchObject({ messageId: 9, reasonCode: 0x87 });
      raw.send({ cmd: 'pingreq' });
      await raw.next('pingresp');
    },
  );

  it('accepts nothing that follows a refused message in the same bytes', async () => {
    const reader = await test.client('alice');
    await reader.subscribe('alice/#');
    const raw = await test.raw('alice', { version: 5, clientId: 'smuggler' });
    await raw.next('connack');
    const publish = { cmd: 'publish', payload: 'x', qos: 0, dup: false, retain: false } as const;
    raw.send({ ...publish, topic: TOPICS.failures }, { ...publish, topic: 'alice/smuggled' });
    expect(await raw.next('disconnect')).toMatchObject({ reasonCode: 0x87 });
    await raw.closed;
    await reader.publish('alice/after', 'x', { qos: 1 });
    await reader.next('alice/after');
    expect(reader.received).toHaveLength(1);
  });

  it('resolves topic aliases before it judges them', async () => {
    const raw = await test.raw('alice', { version: 5, clientId: 'alias' });
    const { properties } = await raw.next('connack');
    expect(properties?.topicAliasMaximum).toBeGreaterThan(0);
    const reader = await test.client('alice');
    await reader.subscribe('alice/#');
    const publish = {
      cmd: 'publish',
      payload: 'x',
      qos: 0,
      dup: false,
      retain: false,
      properties: { topicAlias: 1 },
    } as const;
    raw.send({ ...publish, topic: 'alice/x' }, { ...publish, topic: '' });
    await reader.next('alice/x');
    await reader.next('alice/x');
    raw.send({ ...publish, topic: 'bob/x' }, { ...publish, topic: '' });
    expect(await raw.next('disconnect')).toMatchObject({ reasonCode: 0x87 });
  });

  it('honours no local, retain as published and retain handling', async () => {
    const client = await admin();
    await client.subscribe('options/local', { nl: true });
    await client.publish('options/local', 'own', { qos: 1 });
    await client.publish('options/kept', 'x', { qos: 1, retain: true });
    await client.subscribe('options/kept', { rh: 2, rap: true });
    await client.publish('options/kept', 'again', { qos: 1, retain: true });
    expect(await client.next('options/kept')).toMatchObject({ text: 'again', retain: true });
    expect(client.received).toHaveLength(1);
  });

  it('returns a subscription identifier', async () => {
    const client = await admin();
    await client.subscribe('identifier/#', { properties: { subscriptionIdentifier: 7 } });
    await client.publish('identifier/x', 'x', { qos: 1 });
    expect((await client.next('identifier/x')).properties.subscriptionIdentifier).toBe(7);
  });

  it('sends nothing larger than the client takes', async () => {
    const client = await admin({ properties: { maximumPacketSize: 200 } });
    await client.subscribe('size/#');
    const sender = await admin();
    await sender.publish('size/large', 'x'.repeat(200), { qos: 1 });
    await sender.publish('size/small', 'x'.repeat(150), { qos: 1 });
    await client.next('size/small');
    expect(client.received).toHaveLength(1);
  });

  it('ends the connection of who leaves too many QoS 2 messages unfinished', async () => {
    const limited = await startTestBroker({ limits: { receiveMaximum: 2 } });
    const raw = await limited.raw('root', { version: 5, clientId: 'unfinished' });
    expect((await raw.next('connack')).properties?.receiveMaximum).toBe(2);
    const publish = { cmd: 'publish', topic: 'x', payload: 'x', qos: 2, dup: false, retain: false } as const;
    raw.send(...[1, 2, 3].map((messageId) => ({ ...publish, messageId })));
    expect(await raw.next('disconnect')).toMatchObject({ reasonCode: 0x93 });
    await limited.stop();
  });
});
