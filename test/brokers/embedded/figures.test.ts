/** Pins `$SYS/broker/…`: for administrators alone, retained, told again when something has changed, and true. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/core/ports.ts';
import { startTestBroker, type TestBroker } from '../../support/brokers/embedded.ts';
import type { TestClient } from '../../support/brokers/mqtt-client.ts';
import { systemClock } from '../../support/system-clock.ts';

const EVERY_MS = 10_000;

let test: TestBroker;
let root: TestClient;
/** Ten seconds have passed, for the figures alone. */
let tell: () => void;

beforeEach(async () => {
  const clock: Clock = {
    ...systemClock,
    after(delayMs, callback) {
      if (delayMs !== EVERY_MS) return systemClock.after(delayMs, callback);
      tell = callback;
      return () => undefined;
    },
  };
  test = await startTestBroker({ clock, version: 'a version' });
  root = await test.client('root');
});

afterEach(() => test.stop());

/** What an administrator reads who comes now. */
async function read(...names: string[]): Promise<Record<string, string>> {
  const reader = await test.client('root');
  await reader.subscribe(names.map((name) => `$SYS/broker/${name}`));
  const texts: Record<string, string> = {};
  for (const name of names) {
    const { text, retain } = await reader.next(`$SYS/broker/${name}`);
    expect(retain).toBe(true);
    texts[name] = text;
  }
  await reader.end();
  return texts;
}

describe('the figures of the broker', () => {
  it('are there from the beginning, and say what it is', async () => {
    const texts = await read('version', 'uptime', 'clients/total');
    expect(texts).toEqual({
      version: 'a version',
      uptime: expect.stringMatching(/^\d+ seconds$/),
      'clients/total': '0',
    });
  });

  it('count clients, those that are away too, subscriptions and retained messages', async () => {
    const session = { clientId: 'away', clean: false, properties: { sessionExpiryInterval: 3600 } };
    const away = await test.client('carol', session);
    await away.subscribe(['nestmtx/events/#', 'nestmtx/failures']);
    await away.end();
    await root.subscribe('home/#');
    await root.publish('home/a', 'x', { qos: 1, retain: true });
    await test.connections('user:carol', 0);
    tell();
    expect(
      await read(
        'clients/connected',
        'clients/disconnected',
        'clients/total',
        'subscriptions/count',
        'retained messages/count',
      ),
    ).toEqual({
      'clients/connected': '1',
      'clients/disconnected': '1',
      'clients/total': '2',
      'subscriptions/count': '3',
      // The service's own availability, and that of this test: the figures do not count themselves.
      'retained messages/count': '2',
    });
  });

  it('count messages and bytes both ways, and what was dropped', async () => {
    await root.subscribe('home/#');
    for (let count = 0; count < 3; count += 1) await root.publish('home/a', '12345', { qos: 1 });
    for (let count = 0; count < 3; count += 1) await root.next('home/a');
    tell();
    const texts = await read(
      ...['publish/messages/received', 'publish/messages/sent', 'publish/messages/dropped'],
      ...['publish/bytes/received', 'publish/bytes/sent', 'messages/received', 'messages/sent', 'bytes/received'],
    );
    expect(texts).toMatchObject({
      'publish/messages/received': '3',
      'publish/messages/sent': '3',
      'publish/messages/dropped': '0',
      'publish/bytes/received': '15',
      'publish/bytes/sent': '15',
    });
    // CONNECT, SUBSCRIBE, PUBLISH; CONNACK, SUBACK, PUBACK, PUBLISH.
    expect(Number(texts['messages/received'])).toBeGreaterThanOrEqual(5);
    expect(Number(texts['messages/sent'])).toBeGreaterThanOrEqual(8);
    expect(Number(texts['bytes/received'])).toBeGreaterThan(3 * 'home/a12345'.length);
  });

  it('are told to whoever listens when they have changed, and only then', async () => {
    await root.subscribe(['$SYS/broker/version', '$SYS/broker/clients/connected']);
    await root.next('$SYS/broker/version');
    await root.next('$SYS/broker/clients/connected');
    tell();
    expect((await root.next('$SYS/#')).text).toBe('1');
    tell();
    await test.client('carol');
    tell();
    expect((await root.next('$SYS/#')).text).toBe('2');
    expect(root.received.filter(({ topic }) => topic.endsWith('version'))).toHaveLength(1);
  });

  it('are for administrators alone, and no filter selects them by the way', async () => {
    test.directory.add('device', 'plug');
    test.directory.allow('plug', 'tele/#');
    for (const username of ['carol', 'plug', 'alice']) {
      const client = await test.client(username);
      expect(await client.subscribe(['$SYS/#', '$SYS/broker/uptime', '$share/g/$SYS/#'])).toEqual([0x87, 0x87, 0x87]);
    }
    await root.subscribe(['#', '+/broker/#', '+/+/uptime']);
    tell();
    await root.publish('the/end', 'x', { qos: 1 });
    await root.next('the/end');
    expect(root.received.filter(({ topic }) => topic.startsWith('$'))).toEqual([]);
  });

  it('are said by nobody else', async () => {
    const publish = root.publish('$SYS/broker/uptime', 'forged', { qos: 1, retain: true });
    await expect(publish).rejects.toHaveProperty('code', 0x87);
    expect((await read('uptime'))['uptime']).not.toBe('forged');
  });

  it('take no room from what others retain', async () => {
    await test.stop();
    test = await startTestBroker({ limits: { home: { retainedMessages: 2 } } });
    const client = await test.client('root');
    await client.publish('home/a', 'x', { qos: 1, retain: true });
    await client.subscribe('home/#');
    expect((await client.next('home/a')).retain).toBe(true);
  });
});
