/** Pins who gets into the embedded broker, and with which answer everybody else is turned away (N-09, I-25, I-32). */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RETRY_AFTER_SECONDS } from '../../../src/core/accounts/guesses.ts';
import { startTestBroker, type TestBroker, TOPICS, until } from '../../support/brokers/embedded.ts';
import { connectRaw, openRaw } from '../../support/brokers/raw-mqtt.ts';

let test: TestBroker;

beforeEach(async () => {
  test = await startTestBroker({ limits: { home: { connections: 2 }, tenant: { connections: 2 } } });
});

afterEach(() => test.stop());

describe.each([4, 5] as const)('over protocol version %i', (version) => {
  /** What a CONNECT is answered, as this version says it. */
  async function answerTo(options: Omit<Parameters<typeof connectRaw>[1], 'version'>): Promise<number | undefined> {
    const raw = await connectRaw(test.broker.port, { version, ...options });
    const { reasonCode, returnCode } = await raw.next('connack');
    if ((reasonCode ?? returnCode) !== 0) await raw.closed;
    raw.destroy();
    return version === 5 ? reasonCode : returnCode;
  }

  const refusal = (returnCode: number, reasonCode: number) => (version === 5 ? reasonCode : returnCode);

  it('lets an account in by name and password, and hands the directory the address', async () => {
    expect(await answerTo({ username: 'carol' })).toBe(0);
    expect(test.directory.attempts.at(-1)).toEqual({ username: 'carol', password: 'carol', address: '127.0.0.1' });
  });

  it('answers unknown names, wrong passwords and anonymous clients alike', async () => {
    const same = refusal(4, 0x86);
    expect(await answerTo({ username: 'mallory' })).toBe(same);
    expect(await answerTo({ username: 'carol', password: 'wrong' })).toBe(same);
    expect(await answerTo({})).toBe(same);
    const withoutPassword = await openRaw(test.broker.port, version);
    withoutPassword.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: version,
      clientId: 'a',
      clean: true,
      keepalive: 0,
      username: 'carol',
    });
    const { reasonCode, returnCode } = await withoutPassword.next('connack');
    expect(version === 5 ? reasonCode : returnCode).toBe(same);
  });

  it('says so when an address or a name has failed too often', async () => {
    test.directory.failWith('rate_limited');
    expect(await answerTo({ username: 'carol' })).toBe(refusal(5, 0x9f));
  });

  it('says that it is busy, and not that the client is wrong, when too many logins wait', async () => {
    test.directory.failWith('rate_limited', { retryAfterSeconds: RETRY_AFTER_SECONDS.noPlace });
    expect(await answerTo({ username: 'carol' })).toBe(refusal(3, 0x89));
  });

  it('says in the log once that logins of one address were refused, whatever their names', async () => {
    for (const username of ['mallory', 'mallory', 'trudy']) await answerTo({ username });
    expect(test.log.visible()).toEqual(['info: a broker login was refused']);
  });

  it('is unavailable, and logs why, when logins cannot be checked', async () => {
    test.directory.failWith('internal');
    expect(await answerTo({ username: 'carol' })).toBe(refusal(3, 0x88));
    expect(test.log.visible()).toContain('error: a broker login could not be checked');
  });

  it('never logs a password', async () => {
    await answerTo({ username: 'carol', password: 'hunter2' });
    test.directory.failWith('internal');
    await answerTo({ username: 'carol', password: 'hunter2' });
    expect(JSON.stringify(test.log.lines)).not.toContain('hunter2');
  });

  it('refuses connections beyond the limit of one account, but not a client that takes over its own', async () => {
    await test.client('alice', { version, clientId: 'first' });
    await test.client('alice', { version, clientId: 'second' });
    expect(await answerTo({ username: 'alice', clientId: 'third' })).toBe(refusal(3, 0x97));
    expect(await answerTo({ username: 'alice', clientId: 'second' })).toBe(0);
    expect(await answerTo({ username: 'bob', clientId: 'third' })).toBe(0);
  });

  it.each([
    ['alice', 'bob/a'],
    ['alice', '$SYS/a'],
    ['alice', TOPICS.availability],
    ['carol', 'carol/a'],
    ['root', TOPICS.availability],
    ['root', 'alice/a'],
  ])('refuses a CONNECT of %s whose will would go to %s', async (username, topic) => {
    const will = { topic, payload: Buffer.from('gone'), qos: 0, retain: true } as const;
    expect(await answerTo({ username, will })).toBe(refusal(5, 0x87));
  });

  it('refuses a CONNECT whose will would go to a name with a wildcard', async () => {
    const will = { topic: 'alice/+', payload: Buffer.from('gone'), qos: 0, retain: true } as const;
    const answer = answerTo({ username: 'alice', will });
    // Older versions have no code for it (MQTT 3.1.1, 3.2.2.3).
    if (version === 5) expect(await answer).toBe(0x90);
    else await expect(answer).rejects.toThrow('closed without connack');
  });

  it('publishes a will within the rights when the connection breaks', async () => {
    const heir = await test.client('alice', { version });
    await heir.subscribe('alice/#');
    const will = { topic: '/alice/will', payload: Buffer.from('gone'), qos: 1, retain: false } as const;
    const mortal = await test.client('alice', { version, clientId: 'mortal', will });
    await heir.subscribe('/alice/#');
    await mortal.destroy();
    expect((await heir.next('/alice/will')).text).toBe('gone');
  });

  it('forgets a client that hangs up while its login is being checked', async () => {
    const release = test.directory.holdLogins();
    const raw = await connectRaw(test.broker.port, { version, username: 'alice' });
    await until(() => test.directory.attempts.length === 1, 'the login');
    raw.destroy();
    await raw.closed;
    release();
    const next = await test.client('alice', { version, clientId: 'next' });
    await next.publish('alice/x', 'x', { qos: 1 });
    expect(test.broker.sessions('instance:alice').map(({ clientId }) => clientId)).toEqual(['next']);
  });

  it('lists who is connected, by the ids the clients chose', async () => {
    await test.client('alice', { version, clientId: 'sensor' });
    const [session] = test.broker.sessions('instance:alice');
    expect(session).toMatchObject({ clientId: 'sensor', address: '127.0.0.1', protocolVersion: version });
    expect(test.broker.sessions('instance:bob')).toEqual([]);
  });

  it('keeps nothing of a clean session', async () => {
    const passing = await test.client('alice', { version, clientId: 'passing' });
    await passing.subscribe('alice/#');
    await passing.end();
    await test.connections('instance:alice', 0);
    const raw = await test.raw('alice', { version, clientId: 'passing', clean: false });
    expect(await raw.next('connack')).toMatchObject({ sessionPresent: false });
  });
});

it('tells a MQTT 3.1.1 client without an id to bring one or to start clean', async () => {
  const raw = await openRaw(test.broker.port, 4);
  raw.sendBytes(Buffer.concat([Buffer.from([0x10, 12, 0, 4]), Buffer.from('MQTT'), Buffer.from([4, 0, 0, 0, 0, 0])]));
  expect(await raw.next('connack')).toMatchObject({ returnCode: 2 });
  await raw.closed;
});

it('assigns a MQTT 5 client without an id one that it can come back with', async () => {
  const first = await test.raw('alice', { version: 5, properties: { sessionExpiryInterval: 60 } });
  const assigned = (await first.next('connack')).properties?.assignedClientIdentifier ?? '';
  expect(assigned).toMatch(/^[\w-]{8,}$/);
  first.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'alice/#', qos: 1 }] });
  await first.next('suback');
  const second = await test.raw('alice', { version: 5, clientId: assigned, clean: false });
  expect(await second.next('connack')).toMatchObject({ sessionPresent: true });
});

it('shortens the session a MQTT 5 client asks for, and says so', async () => {
  const raw = await test.raw('alice', { version: 5, clientId: 'a', properties: { sessionExpiryInterval: 0xffffffff } });
  expect((await raw.next('connack')).properties?.sessionExpiryInterval).toBe(7 * 24 * 3600);
});
