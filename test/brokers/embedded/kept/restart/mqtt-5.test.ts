/** Pins what only MQTT 5 can say and outlives the broker: options of subscriptions, times that go on, wills that wait. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENDS, type RestartedBroker, startRestartedBroker } from '../restarted-broker.ts';

let restarted: RestartedBroker;
beforeEach(async () => {
  restarted = await startRestartedBroker();
});
afterEach(() => restarted.stop());

describe.each(ENDS)('with MQTT 5, when the broker is %s', (end) => {
  const stays = { version: 5, clean: false, properties: { sessionExpiryInterval: 3600 } } as const;

  it('subscriptions keep their options and identifiers', async () => {
    const away = await restarted.test.client('root', { ...stays, clientId: 'away' });
    await away.subscribe('q/#', { qos: 1, nl: true, rap: true, properties: { subscriptionIdentifier: 77 } });
    await away.end();
    const { client } = await restarted.restart(end);
    const back = await client('root', { ...stays, clientId: 'away' });
    await back.publish('q/own', 'not for myself', { qos: 1 });
    const other = await client('root');
    await other.publish('q/other', 'published to be retained', { qos: 1, retain: true });
    const found = await back.next();
    expect(found).toMatchObject({ topic: 'q/other', retain: true });
    expect(found.properties.subscriptionIdentifier).toBe(77);
  });

  it('what a message has left of its time runs on, and what is past it is gone', async () => {
    const away = await restarted.test.client('root', { ...stays, clientId: 'away' });
    await away.subscribe('q/#');
    await away.end();
    const sender = await restarted.test.client('root');
    for (const [text, seconds] of Object.entries({ short: 60, long: 6000 })) {
      const properties = { messageExpiryInterval: seconds };
      await sender.publish('q/queued', text, { qos: 1, properties });
      await sender.publish(`q/retained/${text}`, text, { qos: 1, retain: true, properties });
    }
    restarted.later(1_000_000);
    const { client } = await restarted.restart(end);
    const reader = await client('root');
    await reader.subscribe('q/retained/#');
    const retained = await reader.next();
    expect(retained.text).toBe('long');
    expect(retained.properties.messageExpiryInterval).toBeLessThanOrEqual(5000);
    expect(retained.properties.messageExpiryInterval).toBeGreaterThan(4000);
    const back = await client('root', { ...stays, clientId: 'away' });
    await back.next('q/retained/long');
    expect(back.received.map(({ text }) => text)).toEqual(['long', 'long']);
  });

  it('the time that a session is kept for has gone on', async () => {
    for (const clientId of ['short', 'long']) {
      const properties = { sessionExpiryInterval: clientId === 'short' ? 60 : 3600 };
      const one = await restarted.test.client('root', { ...stays, clientId, properties });
      await one.end();
    }
    await restarted.onDisk();
    restarted.later(100_000);
    const { raw } = await restarted.restart(end);
    const [short, long] = [
      await raw('root', { ...stays, clientId: 'short' }),
      await raw('root', { ...stays, clientId: 'long' }),
    ];
    expect(await short.next('connack')).toMatchObject({ sessionPresent: false });
    expect(await long.next('connack')).toMatchObject({ sessionPresent: true });
  });

  it.each([
    ['when it is due', 0, 2],
    ['at once when that is past', 10_000, 5],
    ['at once when its session has ended meanwhile', 4_000_000, 10_000],
  ])('a will that waits is published %s', async (_, laterMs, willDelayInterval) => {
    const will = { topic: 'wills/a', payload: Buffer.from('gone'), qos: 1, properties: { willDelayInterval } } as const;
    const watching = { ...stays, clientId: 'watcher', properties: { sessionExpiryInterval: 100_000 } };
    const watcher = await restarted.test.client('root', watching);
    await watcher.subscribe('wills/#');
    await watcher.end();
    const dying = await restarted.test.client('root', { ...stays, clientId: 'dying', will });
    await dying.destroy();
    await restarted.test.connections('admin:root', 0);
    await restarted.onDisk();
    restarted.later(laterMs);
    const { client } = await restarted.restart(end);
    const back = await client('root', watching);
    expect((await back.next('wills/a')).text).toBe('gone');
  });
});

it('the wills of those whom an orderly end cuts off wait for those who are away', async () => {
  const watching = { clientId: 'watcher', clean: false, properties: { sessionExpiryInterval: 3600 } } as const;
  const watcher = await restarted.test.client('root', watching);
  await watcher.subscribe('wills/#');
  await watcher.end();
  const topics = Array.from({ length: 20 }, (_, index) => `wills/${index}`);
  for (const topic of topics) {
    await restarted.test.client('root', { will: { topic, payload: Buffer.from('gone'), qos: 1, retain: false } });
  }
  const { client } = await restarted.restart('ended in order');
  const back = await client('root', watching);
  for (const topic of topics) expect((await back.next(topic)).text).toBe('gone');
});
