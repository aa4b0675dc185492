/** Pins what of MQTT 3.1.1 is seen by clients; the cases are those of the Paho interoperability suite. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestBroker, type TestBroker, TOPICS, until } from '../../support/brokers/embedded.ts';
import type { TestClient, TestClientOptions } from '../../support/brokers/mqtt-client.ts';

let test: TestBroker;

beforeAll(async () => {
  test = await startTestBroker();
});

afterAll(() => test.stop());

/** Clients keep apart by topics of their own, since the broker is shared. */
const admin = (options: Partial<TestClientOptions> = {}): Promise<TestClient> =>
  test.client('root', { version: 4, ...options });

describe('MQTT 3.1.1', () => {
  it.each([0, 1, 2] as const)('delivers QoS %i', async (qos) => {
    const client = await admin();
    expect(await client.subscribe('basic/x', { qos: 2 })).toEqual([2]);
    await client.publish('basic/x', 'hello', { qos });
    expect(await client.next('basic/x')).toMatchObject({ text: 'hello', qos, retain: false });
    await client.end();
  });

  it('speaks MQTT 3.1 as well', async () => {
    const client = await admin({ version: 3, clientId: 'old' });
    await client.subscribe('old/x');
    await client.publish('old/x', 'hello', { qos: 1 });
    expect((await client.next('old/x')).text).toBe('hello');
  });

  it('delivers at the QoS that was granted, also through a wildcard', async () => {
    const client = await admin();
    await client.subscribe('granted/+', { qos: 1 });
    await client.publish('granted/x', 'hello', { qos: 2 });
    expect(await client.next('granted/x')).toMatchObject({ qos: 1 });
  });

  it('sends retained messages to new subscribers, flagged, and clears them', async () => {
    const client = await admin();
    for (const qos of [0, 1, 2] as const) await client.publish(`kept/${qos}`, `qos ${qos}`, { qos, retain: true });
    const late = await admin();
    await late.subscribe('+/0');
    await late.subscribe('kept/1');
    await late.subscribe('kept/#', { qos: 2 });
    expect(await late.next('kept/2')).toMatchObject({ text: 'qos 2', retain: true });
    await client.publish('kept/2', 'live', { qos: 1, retain: true });
    expect(await late.next(({ text }) => text === 'live')).toMatchObject({ retain: false });
    for (const qos of [0, 1, 2]) await client.publish(`kept/${qos}`, '', { qos: 1, retain: true });
    const last = await admin();
    await last.subscribe('kept/#');
    await last.publish('kept/end', 'x', { qos: 1 });
    await last.next('kept/end');
    expect(last.received).toHaveLength(1);
  });

  it('loses no retained message that another one follows in the same bytes', async () => {
    const reader = await admin();
    await reader.subscribe('burst/#');
    const raw = await test.raw('root', { version: 4, clientId: 'burst' });
    await raw.next('connack');
    const message = { cmd: 'publish', payload: 'x', qos: 0, dup: false } as const;
    raw.send({ ...message, topic: 'burst/1', retain: true }, { ...message, topic: 'burst/2', retain: false });
    await reader.next('burst/2');
    await reader.next('burst/1');
    expect(reader.received.map(({ topic }) => topic)).toEqual(['burst/1', 'burst/2']);
  });

  it('delivers once for overlapping filters, at their highest QoS or once for each', async () => {
    const client = await admin();
    await client.subscribe('overlap/#', { qos: 2 });
    await client.subscribe('overlap/+', { qos: 1 });
    await client.publish('overlap/x', 'hello', { qos: 2 });
    await client.publish('overlap/end', 'x', { qos: 2 });
    await client.next('overlap/end');
    const copies = client.received.filter(({ topic }) => topic === 'overlap/x');
    expect(copies.length).toBeLessThanOrEqual(2);
    expect(copies[0]?.qos).toBe(2);
  });

  it('drops a client that stops pinging, and publishes its will', async () => {
    const heir = await admin();
    await heir.subscribe('keepalive/will');
    const will = { topic: 'keepalive/will', payload: Buffer.from('gone'), qos: 1, retain: false } as const;
    const silent = await test.raw('root', { version: 4, clientId: 'silent', keepalive: 1, will });
    await silent.next('connack');
    expect((await heir.next('keepalive/will')).text).toBe('gone');
    await silent.closed;
  });

  it('publishes no will of a client that says goodbye', async () => {
    const heir = await admin();
    await heir.subscribe('goodbye/#');
    const polite = await admin({
      will: { topic: 'goodbye/will', payload: Buffer.from('gone'), qos: 1, retain: false },
    });
    await polite.end();
    await heir.publish('goodbye/end', 'x', { qos: 1 });
    await heir.next('goodbye/end');
    expect(heir.received).toHaveLength(1);
  });

  it('queues QoS 1 and 2 for a session that is away, in order, through filters of every form', async () => {
    const session = { clientId: 'queueing', clean: false };
    const away = await admin(session);
    await away.subscribe(['queue/+', '+/queue/x', 'queue/deep/#'], { qos: 2 });
    await away.end();
    const sender = await admin();
    await sender.publish('queue/a', 'not kept', { qos: 0 });
    await sender.publish('queue/a', 'first', { qos: 1 });
    await sender.publish('queue/b', 'second', { qos: 2 });
    await sender.publish('/queue/x', 'third', { qos: 1 });
    await sender.publish('queue/deep', 'fourth', { qos: 1 });
    const back = await admin(session);
    await until(() => back.received.length >= 4, 'four messages');
    // A client tells of a QoS 2 message only when it is released, so its order is among its like (MQTT 5.0, 4.6).
    expect(back.received.filter(({ qos }) => qos === 1).map(({ text }) => text)).toEqual(['first', 'third', 'fourth']);
    expect(back.received.filter(({ qos }) => qos === 2).map(({ text }) => text)).toEqual(['second']);
    await back.end();
    const again = await admin(session);
    await again.publish('queue/end', 'x', { qos: 1 });
    await again.next('queue/end');
    expect(again.received).toHaveLength(1);
  });

  it('delivers what it has not seen acknowledged again, under the same id and flagged as a duplicate', async () => {
    const session = { version: 4, clientId: 'redelivery', clean: false } as const;
    const first = await test.raw('root', session);
    first.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'again/#', qos: 2 }] });
    await first.next('suback');
    const sender = await admin();
    await sender.publish('again/x', 'one', { qos: 1 });
    await sender.publish('again/x', 'two', { qos: 2 });
    const sent = [await first.next('publish'), await first.next('publish')];
    first.destroy();
    await first.closed;
    const second = await test.raw('root', session);
    expect(await second.next('connack')).toMatchObject({ sessionPresent: true });
    for (const { messageId, payload } of sent) {
      expect(await second.next('publish')).toMatchObject({ messageId, payload, dup: true });
    }
    second.send(
      { cmd: 'puback', messageId: sent[0]?.messageId ?? 0 },
      { cmd: 'pubrec', messageId: sent[1]?.messageId ?? 0 },
    );
    await second.next('pubrel');
    second.destroy();
    await second.closed;
    const third = await test.raw('root', session);
    expect(await third.next('pubrel')).toMatchObject({ messageId: sent[1]?.messageId });
    third.send({ cmd: 'pubcomp', messageId: sent[1]?.messageId ?? 0 });
  });

  it('takes a QoS 2 message once, however often it is sent', async () => {
    const reader = await admin();
    await reader.subscribe('exactly/#', { qos: 2 });
    const raw = await test.raw('root', { version: 4, clientId: 'exactly' });
    await raw.next('connack');
    const publish = {
      cmd: 'publish',
      topic: 'exactly/x',
      payload: 'once',
      qos: 2,
      messageId: 9,
      dup: false,
      retain: false,
    } as const;
    raw.send(publish);
    await raw.next('pubrec');
    raw.send({ ...publish, dup: true });
    await raw.next('pubrec');
    raw.send({ cmd: 'pubrel', messageId: 9 });
    await raw.next('pubcomp');
    raw.send({ ...publish, payload: 'next' });
    await reader.next(({ text }) => text === 'next');
    expect(reader.received.map(({ text }) => text)).toEqual(['once', 'next']);
  });

  it.each([4, 5] as const)('takes a reused QoS 2 id after a clean reconnect, version %i', async (version) => {
    const reader = await admin();
    await reader.subscribe('reused/#', { qos: 2 });
    const publish = { cmd: 'publish', topic: 'reused/x', qos: 2, messageId: 7, dup: false, retain: false } as const;
    for (const payload of ['before', 'after']) {
      const raw = await test.raw('root', { version, clientId: 'reusing', clean: true });
      await raw.next('connack');
      raw.send({ ...publish, payload });
      await raw.next('pubrec');
      raw.destroy();
      await raw.closed;
    }
    await reader.next(({ text }) => text === 'after');
    expect(reader.received.map(({ text }) => text)).toEqual(['before', 'after']);
  });

  it('gives a client without an id one of its own', async () => {
    const first = await admin({ clientId: '', clean: true });
    const second = await admin({ clientId: '', clean: true });
    await first.publish('anonymous/x', 'x', { qos: 1 });
    await second.publish('anonymous/x', 'x', { qos: 1 });
  });

  it('selects no $ topic by a leading wildcard', async () => {
    const client = await admin();
    await client.subscribe(['#', '+/dollar']);
    await client.publish('$test/dollar', 'hidden', { qos: 1 });
    await client.publish('dollar/end', 'x', { qos: 1 });
    await client.next('dollar/end');
    expect(client.received.filter(({ topic }) => topic.startsWith('$'))).toEqual([]);
    await client.subscribe('$test/#');
    await client.publish('$test/dollar', 'named', { qos: 1 });
    expect((await client.next('$test/#')).text).toBe('named');
  });

  it('answers a refused filter with 0x80 and stays connected', async () => {
    const client = await admin();
    expect(await client.subscribe([TOPICS.requests, 'failure/x', '$share/group/nestmtx/requests'])).toEqual([
      0x80, 1, 0x80,
    ]);
    await client.publish('failure/x', 'still here', { qos: 1 });
    await client.next('failure/x');
  });

  it('stops delivering after UNSUBSCRIBE, to a kept session too', async () => {
    const session = { clientId: 'unsubscribing', clean: false };
    const client = await admin(session);
    await client.subscribe(['unsubscribe/a', 'unsubscribe/b', 'unsubscribe/end']);
    await client.unsubscribe('unsubscribe/b');
    for (const topic of ['a', 'b', 'end']) await client.publish(`unsubscribe/${topic}`, 'x', { qos: 1 });
    await client.next('unsubscribe/end');
    expect(client.received.map(({ topic }) => topic)).toEqual(['unsubscribe/a', 'unsubscribe/end']);
    await client.end();
    const sender = await admin();
    await sender.publish('unsubscribe/b', 'x', { qos: 1 });
    const back = await admin(session);
    await back.publish('unsubscribe/end', 'x', { qos: 1 });
    await back.next('unsubscribe/end');
    expect(back.received).toHaveLength(1);
  });

  it('ends the connection of an instance that publishes outside its root (I-32)', async () => {
    const alice = await test.client('alice', { version: 4 });
    void alice.publish('home/x', 'x', { qos: 1 }).catch(() => undefined);
    await alice.closed;
  });

  it.each([1, 2] as const)('takes what a user may not publish at QoS %i, and keeps it from everybody', async (qos) => {
    const reader = await admin();
    await reader.subscribe('home/#');
    const carol = await test.client('carol', { version: 4 });
    await carol.publish('home/x', 'x', { qos, retain: true });
    await reader.publish('home/after', 'x', { qos: 1 });
    await reader.next('home/after');
    expect(reader.received).toHaveLength(1);
    expect(test.log.visible()).toContain('info: a publish was refused');
  });
});
