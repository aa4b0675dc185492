/** Pins that what has ended the process of another broker does nothing to this one: each sequence of packets, from somebody unknown and from a tenant. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestBroker, type TestBroker } from '../../support/brokers/embedded.ts';
import { openRaw } from '../../support/brokers/raw-mqtt.ts';

let test: TestBroker;

beforeAll(async () => {
  test = await startTestBroker();
});

afterAll(() => test.stop());

/** Somebody else's messages go their way, and the log has no fault. */
async function worksForOthers(): Promise<void> {
  const witness = await test.client('bob');
  await witness.subscribe('bob/#', { qos: 1 });
  await witness.publish('bob/x', 'still here', { qos: 1 });
  expect((await witness.next('bob/x')).text).toBe('still here');
  await witness.end();
  expect(test.log.visible().filter((line) => line.startsWith('error'))).toEqual([]);
}

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** CONNECT of MQTT 5 without a login, with these properties. */
const stranger = (properties: string) => {
  const body = hex(
    `0004 4d515454 05 02 003c ${(properties.replaceAll(' ', '').length / 2).toString(16).padStart(2, '0')} ${properties} 0001 78`,
  );
  return Buffer.concat([Buffer.from([0x10, body.length]), body]);
};
const SUBSCRIBE = hex('82 07 0001 00 0001 61 00');

describe('without a login', () => {
  it.each([
    ['an authentication method', '15 0001 6d', 0x8c],
    ['a Receive Maximum of 0', '21 0000', 0x82],
    ['no user name', '', 0x86],
  ])('a CONNECT with %s and a SUBSCRIBE behind it, at once or a moment later', async (_, properties, code) => {
    for (let round = 0; round < 20; round += 1) {
      const raw = await openRaw(test.broker.port, 5);
      if (round % 2 === 0) raw.sendBytes(Buffer.concat([stranger(properties), SUBSCRIBE]));
      else {
        raw.sendBytes(stranger(properties));
        await new Promise((resolve) => setImmediate(resolve));
        raw.sendBytes(SUBSCRIBE);
      }
      expect(await raw.next('connack')).toMatchObject({ reasonCode: code });
      await raw.closed;
      expect(raw.received).toHaveLength(1);
    }
    await worksForOthers();
  });

  it.each(['publish', 'subscribe', 'unsubscribe', 'pingreq', 'disconnect'] as const)(
    'a %s before any CONNECT',
    async (cmd) => {
      const packets = {
        publish: '30 03 0001 61',
        subscribe: '82 06 0001 0001 61 00',
        unsubscribe: 'a2 05 0001 0001 61',
      };
      const others = { pingreq: 'c0 00', disconnect: 'e0 00' };
      const raw = await openRaw(test.broker.port, 4);
      raw.sendBytes(hex({ ...packets, ...others }[cmd]));
      await raw.closed;
      await worksForOthers();
    },
  );
});

const NAMES = ['toString', 'constructor', '__proto__', 'hasOwnProperty', 'valueOf'];

describe.each([4, 5] as const)('a tenant of version %i', (version) => {
  it.each(NAMES)('that unsubscribes from %s, and subscribes to it', async (name) => {
    const raw = await test.raw('alice', { version, clientId: name });
    await raw.next('connack');
    const unsubscribe = { cmd: 'unsubscribe' as const, messageId: 1, unsubscriptions: [name, `alice/${name}`] };
    raw.send(unsubscribe);
    await raw.next('unsuback');
    const subscriptions = [name, `alice/${name}`, '__proto__'].map((topic) => ({ topic, qos: 1 as const }));
    raw.send({ cmd: 'subscribe', messageId: 2, subscriptions });
    await raw.next('suback');
    raw.send({ ...unsubscribe, messageId: 3 });
    await raw.next('unsuback');
    raw.send({ cmd: 'publish', topic: `alice/${name}`, payload: 'x', qos: 1, messageId: 4, dup: false, retain: true });
    await raw.next('puback');
    raw.destroy();
    await worksForOthers();
  });

  it.each(NAMES)('that is called %s as a client', async (name) => {
    const session = {
      version,
      clientId: name,
      clean: false,
      ...(version === 5 && { properties: { sessionExpiryInterval: 60 } }),
    };
    for (const present of [false, true]) {
      const raw = await test.raw('alice', session);
      expect(await raw.next('connack')).toMatchObject({ sessionPresent: present });
      raw.destroy();
      await raw.closed;
      await test.connections('instance:alice', 0);
    }
    await worksForOthers();
  });
});

it.each([
  ['twice in CONNECT', '0a 11 0000003c 11 0000003c', undefined],
  ['twice in DISCONNECT', '05 11 0000003c', 'e0 0c 00 0a 11 0000003c 11 0000003c'],
])('a Session Expiry Interval %s', async (_, properties, disconnect) => {
  const login = hex('0005 616c696365 0005 616c696365');
  const body = Buffer.concat([hex(`0004 4d515454 05 c2 003c ${properties} 0001 78`), login]);
  const raw = await openRaw(test.broker.port, 5);
  raw.sendBytes(Buffer.concat([Buffer.from([0x10, body.length]), body]));
  if (disconnect !== undefined) {
    expect(await raw.next('connack')).toMatchObject({ reasonCode: 0 });
    raw.sendBytes(hex(disconnect));
  }
  await raw.closed;
  await worksForOthers();
});
