/** Pins that an account which loses its rights is gone at once, with all that could speak for it later. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestBroker, type TestBroker, until } from '../../support/brokers/embedded.ts';
import { manualClock } from '../../support/manual-clock.ts';

let test: TestBroker;

beforeEach(async () => {
  test = await startTestBroker({ limits: { drainTimeoutMs: 60_000 } });
});

afterEach(() => test.stop());

describe.each([4, 5] as const)('over protocol version %i', (version) => {
  const stays = version === 5 ? { properties: { sessionExpiryInterval: 3600 } } : {};

  it.each(['alice', 'carol', 'root'])('ends every connection of %s and refuses new ones', async (username) => {
    const clients = [await test.client(username, { version }), await test.client(username, { version })];
    test.directory.remove(username);
    for (const client of clients) expect(await client.closed).toBe(version === 5 ? 0x98 : undefined);
    await expect(test.client(username, { version })).rejects.toMatchObject({ code: version === 5 ? 0x86 : 4 });
  });

  it('leaves other accounts and connections under the new password alone', async () => {
    const bob = await test.client('bob', { version });
    const old = await test.client('alice', { version });
    test.directory.rekey('alice', 'new');
    await old.closed;
    const renewed = await test.client('alice', { version, password: 'new' });
    test.directory.remove('carol');
    await renewed.publish('alice/x', 'x', { qos: 1 });
    await bob.publish('bob/x', 'x', { qos: 1 });
  });

  it('ends the connection of a client that does not read any more', async () => {
    const frozen = await test.raw('root', { version, clientId: 'frozen' });
    frozen.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'nestmtx/#', qos: 0 }] });
    await frozen.next('suback');
    frozen.socket.pause();
    for (let sent = 0; sent < 200; sent += 1) {
      await test.broker.link.publish({ topic: 'nestmtx/failures', payload: Buffer.alloc(100_000) });
    }
    test.directory.remove('root');
    await test.connections('admin:root', 0);
  });

  it('drops the retained messages, sessions and queues of an instance', async () => {
    const session = { version, clientId: 'away', clean: false, ...stays };
    const away = await test.client('alice', session);
    await away.subscribe('alice/#');
    await away.end();
    const sender = await test.client('alice', { version });
    await sender.publish('alice/kept', 'retained', { qos: 1, retain: true });
    await sender.publish('/alice/kept', 'retained', { qos: 1, retain: true });
    const neighbour = await test.client('bob', { version });
    await neighbour.publish('bob/kept', 'retained', { qos: 1, retain: true });
    test.directory.remove('alice');
    test.directory.add('instance', 'alice');
    const raw = await test.raw('alice', session);
    expect(await raw.next('connack')).toMatchObject({ sessionPresent: false });
    // Retained messages come oldest first, so these two would be the last ones.
    const fresh = { cmd: 'publish', payload: 'fresh', qos: 1, dup: false, retain: true } as const;
    raw.send({ ...fresh, topic: 'alice/fresh', messageId: 1 }, { ...fresh, topic: '/alice/fresh', messageId: 2 });
    await raw.next('puback');
    await raw.next('puback');
    const filters = ['alice/#', '/alice/kept', '/alice/#'].map((topic) => ({ topic, qos: 0 as const }));
    raw.send({ cmd: 'subscribe', messageId: 3, subscriptions: filters });
    expect(await raw.next('publish')).toMatchObject({ topic: 'alice/fresh' });
    expect(await raw.next('publish')).toMatchObject({ topic: '/alice/fresh' });
    await neighbour.subscribe('bob/#');
    expect((await neighbour.next('bob/kept')).text).toBe('retained');
  });

  it('keeps the session of a user whose password changes', async () => {
    const session = { version, clientId: 'away', clean: false, ...stays };
    const away = await test.client('carol', session);
    await away.subscribe('nestmtx/failures');
    test.directory.rekey('carol', 'new');
    await away.closed;
    const raw = await test.raw('carol', { ...session, password: 'new' });
    expect(await raw.next('connack')).toMatchObject({ sessionPresent: true });
  });

  it('publishes no will of a revoked client', async () => {
    const admin = await test.client('root', { version });
    await admin.subscribe('home/#');
    const will = { topic: 'home/will', payload: Buffer.from('gone'), qos: 1, retain: true } as const;
    test.directory.add('admin', 'leaver');
    const leaver = await test.client('leaver', { version, will });
    test.directory.remove('leaver');
    await leaver.closed;
    await admin.publish('home/after', 'x', { qos: 1 });
    await admin.next('home/after');
    expect(admin.received.map(({ topic }) => topic)).toEqual(['home/after']);
  });

  it('delivers no message that was accepted before the revocation and is due after it', async () => {
    await test.stop();
    const clock = manualClock();
    // Enough for the readers, and for some of the messages.
    test = await startTestBroker({
      clock,
      monotonicMs: clock.now,
      limits: { home: { workPerSecond: 10, workBurst: 20 } },
    });
    const sender = await test.raw('root', { version, clientId: 'sender' });
    test.directory.add('admin', 'reader');
    const reader = await test.client('reader', { version });
    await reader.subscribe('home/#');
    const publish = { cmd: 'publish', topic: 'home/x', qos: 0, dup: false, retain: true } as const;
    sender.send(...Array.from({ length: 40 }, (_, index) => ({ ...publish, payload: String(index) })));
    expect((await reader.next('home/x')).text).toBe('0');
    test.directory.remove('root');
    clock.advance(60_000);
    await reader.publish('home/after', 'x', { qos: 1 });
    await reader.next('home/after');
    expect(reader.received.map(({ text }) => text)).not.toContain('39');
  });

  it('lets nobody in whose rights end while the password is being checked', async () => {
    const release = test.directory.holdLogins();
    const raw = await test.raw('alice', { version, clientId: 'late' });
    await until(() => test.directory.attempts.length === 1, 'the login');
    test.directory.rekey('alice', 'new');
    release();
    const { reasonCode, returnCode } = await raw.next('connack');
    expect(version === 5 ? reasonCode : returnCode).not.toBe(0);
  });
});

it('never publishes the delayed will of a revoked instance, not even to a new one of that name', async () => {
  const will = {
    topic: 'alice/will',
    payload: Buffer.from('from the grave'),
    qos: 1,
    retain: true,
    properties: { willDelayInterval: 1 },
  } as const;
  const mortal = await test.client('alice', { clientId: 'mortal', will, properties: { sessionExpiryInterval: 60 } });
  await mortal.destroy();
  await test.connections('instance:alice', 0);
  test.directory.remove('alice');
  test.directory.add('instance', 'alice');
  const heir = await test.client('alice');
  await heir.subscribe('alice/#');
  // A will of the same delay that is due later: when it has come, the other one would have come too.
  test.directory.add('admin', 'chief');
  const chief = await test.client('chief');
  await chief.subscribe('home/#');
  const later = { ...will, topic: 'home/will' } as const;
  const other = await test.client('root', { will: later, properties: { sessionExpiryInterval: 60 } });
  await other.destroy();
  await chief.next('home/will');
  await heir.publish('alice/after', 'x', { qos: 1 });
  await heir.next('alice/after');
  expect(heir.received.map(({ topic }) => topic)).toEqual(['alice/after']);
});
