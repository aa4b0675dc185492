/** Pins what a device may do at the embedded broker: what its topics say, as they are at that moment, and nothing else. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestBroker, type TestBroker, TOPICS } from '../../support/brokers/embedded.ts';
import type { TestClient } from '../../support/brokers/mqtt-client.ts';

let test: TestBroker;
let root: TestClient;

beforeEach(async () => {
  test = await startTestBroker();
  test.directory.add('device', 'plug');
  test.directory.allow('plug', 'tele/plug/#', 'homeassistant/+/plug/config', 'cmnd/plug');
  root = await test.client('root');
});

afterEach(() => test.stop());

describe.each([4, 5] as const)('a device over protocol version %i', (version) => {
  const refusal = version === 5 ? 0x87 : 0x80;

  it('publishes to its topics, and what it hears of others is on its topics', async () => {
    await root.subscribe('#');
    const plug = await test.client('plug', { version });
    expect(await plug.subscribe(['cmnd/plug', 'tele/plug/+', 'homeassistant/switch/plug/config'])).toEqual([1, 1, 1]);
    await plug.publish('tele/plug/state', 'on', { qos: 1, retain: true });
    await plug.publish('homeassistant/switch/plug/config', '{}', { qos: 1 });
    expect((await root.next('tele/plug/state')).text).toBe('on');
    expect((await root.next('homeassistant/switch/plug/config')).text).toBe('{}');
    await root.publish('cmnd/plug', 'off', { qos: 1 });
    expect((await plug.next('cmnd/plug')).text).toBe('off');
  });

  it.each([
    '#',
    'tele/#',
    'tele/+/state',
    'cmnd/other',
    '$SYS/#',
    '$share/g/tele/#',
    TOPICS.requests,
    'nestmtx/events/#',
    'alice/#',
  ])('may not subscribe to %s, and goes on', async (filter) => {
    const plug = await test.client('plug', { version });
    expect(await plug.subscribe([filter, 'cmnd/plug'])).toEqual([refusal, 1]);
  });

  it('may share a subscription to its topics', async () => {
    const plug = await test.client('plug', { version });
    expect(await plug.subscribe('$share/g/tele/plug/#')).toEqual([1]);
  });

  it.each(['cmnd/other', 'tele/other/state', TOPICS.requests, TOPICS.availability, 'alice/a', '$SYS/a'])(
    'is told that it may not publish %s, nobody hears it, and it goes on',
    async (topic) => {
      await root.subscribe(['#', '$SYS/#']);
      const plug = await test.client('plug', { version });
      const refused = plug.publish(topic, 'x', { qos: 1 });
      if (version === 5) await expect(refused).rejects.toHaveProperty('code', 0x87);
      else await refused;
      await plug.publish('tele/plug/after', 'x', { qos: 1 });
      await root.next('tele/plug/after');
      const heard = root.received.filter(({ retain }) => !retain);
      expect(heard.map((message) => message.topic)).toEqual(['tele/plug/after']);
    },
  );

  it('is one line in the log when it keeps publishing what it may not', async () => {
    const plug = await test.client('plug', { version });
    for (let count = 0; count < 5; count += 1) await plug.publish('other/topic', 'x');
    await plug.publish('tele/plug/after', 'x', { qos: 1 });
    expect(test.log.visible()).toEqual(['info: a publish was refused']);
  });
});

describe('topics that change', () => {
  it('count at once, for what it publishes and for what it had subscribed to', async () => {
    const plug = await test.client('plug');
    await plug.subscribe(['cmnd/plug', 'tele/plug/#']);
    test.directory.allow('plug', 'cmnd/plug', 'stat/#');
    await expect(plug.publish('tele/plug/x', 'x', { qos: 1 })).rejects.toHaveProperty('code', 0x87);
    await plug.publish('stat/x', 'x', { qos: 1 });
    await root.publish('tele/plug/x', 'not for it', { qos: 1 });
    await root.publish('cmnd/plug', 'for it', { qos: 1 });
    expect((await plug.next()).text).toBe('for it');
    // What was dropped does not come back by itself.
    test.directory.allow('plug', 'tele/plug/#', 'cmnd/plug');
    await root.publish('tele/plug/y', 'still not for it', { qos: 1 });
    await root.publish('cmnd/plug', 'for it, too', { qos: 1 });
    expect((await plug.next()).text).toBe('for it, too');
  });

  it('count for a device that is away, and for what was retained before', async () => {
    await root.publish('tele/plug/kept', 'kept', { qos: 1, retain: true });
    const session = { clientId: 'plug', clean: false, properties: { sessionExpiryInterval: 3600 } };
    const plug = await test.client('plug', session);
    await plug.subscribe(['cmnd/plug', 'tele/plug/#']);
    await plug.end();
    test.directory.allow('plug', 'cmnd/plug');
    await root.publish('tele/plug/x', 'not for it', { qos: 1 });
    await root.publish('cmnd/plug', 'for it', { qos: 1 });
    const back = await test.client('plug', session);
    expect((await back.next()).text).toBe('for it');
    expect(await back.subscribe('tele/plug/#')).toEqual([0x87]);
    await root.publish('cmnd/plug', 'the end', { qos: 1 });
    expect((await back.next()).text).toBe('the end');
  });
});
