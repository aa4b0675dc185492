/** Pins in which words a packet is refused that is to be written, by which clause, and what takes no byte in those that are not. */

import { describe, expect, it } from 'vitest';
import { encode } from '../../../../src/brokers/embedded/packets/encode.ts';
import type { Level, Packet } from '../../../../src/brokers/embedded/packets/packet.ts';
import { CONNECT, NOTHING, PUBLISH, SUBSCRIBE, SUBSCRIPTION, WILL } from './plain.ts';
import { refusal } from './refusal.ts';

/** What a caller says in spite of the types. */
const wrong = (of: Packet, more: object): Packet => Object.assign({}, of, more);
const PUBLISHED: Packet = { ...PUBLISH, payload: NOTHING };
const SUBSCRIBED: Packet = { ...SUBSCRIBE, subscriptions: [SUBSCRIPTION] };
const will = (more: object): Packet => wrong(CONNECT, { will: { ...WILL, ...more } });
const subscribed = (more: object): Packet => wrong(SUBSCRIBED, { subscriptions: [{ ...SUBSCRIPTION, ...more }] });
const unsubscribe = (filters: string[]): Packet => ({ kind: 'unsubscribe', packetId: 1, filters, userProperties: [] });
const LONG_TEXT = 'x'.repeat(65_536);
const tooLong = (what: string) => `the length of the ${what} is 65536, not an integer from 0 to 65535`;
const noId = (id: number) => `the packet identifier is ${id}, not a number from 1 to 65535`;
const PUBACK: Packet = { kind: 'puback', packetId: 1, reasonCode: 0, properties: {} };

describe('written', () => {
  it.each<readonly [string, Level, Packet]>([
    ['2.1.2 there is no AUTH in version 4', 4, { kind: 'auth', reasonCode: 0, properties: {} }],
    ['3.1.2-1 the protocol name is not MQTT, which version 5 goes by', 4, CONNECT],
    ['3.1.2-12 there is no QoS 4 for a will', 5, will({ qos: 4 })],
    ['4.7.0-1 the will topic has a wildcard, but names one topic', 5, will({ topic: '#' })],
    [`1.5 ${tooLong('will topic')}`, 5, will({ topic: LONG_TEXT })],
    [`1.5 ${tooLong('will payload')}`, 5, will({ payload: Buffer.alloc(65_536) })],
    [`1.5 ${tooLong('client identifier')}`, 5, { ...CONNECT, clientId: LONG_TEXT }],
    [`1.5 ${tooLong('user name')}`, 5, { ...CONNECT, username: LONG_TEXT }],
    [`1.5 ${tooLong('password')}`, 5, { ...CONNECT, username: 'u', password: Buffer.alloc(65_536) }],
    ['1.5 the keep alive is 65536, not an integer from 0 to 65535', 5, { ...CONNECT, keepAliveSeconds: 65_536 }],
    ['3.1 of 3.1 the client identifier is empty', 3, { ...CONNECT, level: 3, clientId: '' }],
    ['3.3.1-2 a PUBLISH of QoS 0 is never sent again', 5, { ...PUBLISHED, dup: true }],
    ['3.3.1-4 there is no QoS 3', 5, wrong(PUBLISHED, { qos: 3, packetId: 1 })],
    ['3.3.2-2 the topic name has a wildcard, but names one topic', 5, { ...PUBLISHED, topic: 'a/+' }],
    ['3.3.2-2 the topic name has a wildcard, but names one topic', 5, { ...PUBLISHED, topic: 'a/#' }],
    [`1.5 ${tooLong('topic name')}`, 5, { ...PUBLISHED, topic: LONG_TEXT }],
    ['2.2.1-2 a PUBLISH of QoS 0 has no packet identifier', 5, { ...PUBLISHED, packetId: 1 }],
    ...[0, -1, 65_536, 1.5].flatMap((packetId): [string, Level, Packet][] => [
      [`2.2.1-3 ${noId(packetId)}`, 5, { ...PUBLISHED, qos: 1, packetId }],
      [`2.2.1-3 ${noId(packetId)}`, 5, { ...PUBACK, packetId }],
    ]),
    [
      '3.3.2-14 the response topic has a wildcard, but names one topic',
      5,
      wrong(PUBLISHED, { properties: { responseTopic: '+' } }),
    ],
    ['4.7.3-1 the response topic is empty', 5, wrong(PUBLISHED, { properties: { responseTopic: '' } })],
    [
      '2.2.2.2 a PUBLISH of a broker cannot carry a receive maximum',
      5,
      wrong(PUBLISHED, { properties: { receiveMaximum: 5 } }),
    ],
    [
      '2.2.2.2 a PUBACK, PUBREC, PUBREL or PUBCOMP cannot carry a content type',
      5,
      wrong(PUBACK, { properties: { contentType: 't' } }),
    ],
    [
      `1.5 ${tooLong('name of a user property')}`,
      5,
      wrong(PUBACK, { properties: { userProperties: [[LONG_TEXT, 'v']] } }),
    ],
    [
      `1.5 ${tooLong('value of a user property')}`,
      5,
      wrong(PUBACK, { properties: { userProperties: [['n', LONG_TEXT]] } }),
    ],
    ['3.8.3.1 there is no QoS 3', 5, subscribed({ qos: 3 })],
    ['3.8.3.1 there is no retain handling 3', 5, subscribed({ retainHandling: 3 })],
    ['3.8.3-4 a shared subscription has the option No Local', 5, subscribed({ filter: '$share/g/a', noLocal: true })],
    [`1.5 ${tooLong('topic filter')}`, 5, subscribed({ filter: LONG_TEXT })],
    [
      '4.13.1 more than 10000 topic filters in one packet',
      5,
      wrong(SUBSCRIBED, { subscriptions: Array(10_001).fill(SUBSCRIPTION) }),
    ],
    ['3.8.3-2 a SUBSCRIBE has no topic filter', 5, wrong(SUBSCRIBED, { subscriptions: [] })],
    ['3.10.3-2 an UNSUBSCRIBE has no topic filter', 5, unsubscribe([])],
    ['4.13.1 more than 10000 topic filters in one packet', 5, unsubscribe(Array(10_001).fill('a'))],
    [`1.5 ${tooLong('topic filter')}`, 5, unsubscribe([LONG_TEXT])],
    [
      '4.13.1 more than 10000 user properties in one packet',
      5,
      wrong(PUBACK, { properties: { userProperties: Array(10_001).fill(['n', 'v']) } }),
    ],
    [
      '4.13.1 more than 10000 subscription identifiers in one packet',
      5,
      wrong(PUBLISHED, { properties: { subscriptionIds: Array(10_001).fill(1) } }),
    ],
  ])('%s', (words, level, of) => {
    const error = refusal(() => encode(of, level));
    expect([`${error?.clause} ${error?.message}`, error?.name]).toEqual([words, 'PacketError']);
  });
});

describe('what a version leaves out, or nothing needs, takes no byte:', () => {
  const reason = { reasonString: 'a' };
  it.each<readonly [string, Level, Packet, string]>([
    ['success', 5, PUBACK, '40020001'],
    ['a reason', 5, { ...PUBACK, reasonCode: 0x10 }, '4003000110'],
    ['a reason before MQTT 5', 4, { ...PUBACK, reasonCode: 0x10, properties: reason }, '40020001'],
    ['words about a success', 5, { ...PUBACK, properties: reason }, '4008000100041f000161'],
    ['a goodbye', 5, { kind: 'disconnect', reasonCode: 0, properties: {} }, 'e000'],
    ['a goodbye with a will', 5, { kind: 'disconnect', reasonCode: 4, properties: {} }, 'e00104'],
    ['a goodbye before MQTT 5', 4, { kind: 'disconnect', reasonCode: 4, properties: reason }, 'e000'],
    ['a goodbye with words', 5, { kind: 'disconnect', reasonCode: 0, properties: reason }, 'e00600041f000161'],
    ['an AUTH of success', 5, { kind: 'auth', reasonCode: 0, properties: {} }, 'f000'],
    [
      'options of a subscription before MQTT 5',
      4,
      subscribed({ qos: 1, noLocal: true, retainAsPublished: true, retainHandling: 2 }),
      '82060001 000161 01',
    ],
    ['a will without delay', 5, will({}), '1014 00044d515454 05 06 0000 00 000163 00 000177 0000'],
  ])('%s', (_what, level, of, bytes) => {
    expect(encode(of, level).toString('hex')).toBe(bytes.replaceAll(' ', ''));
  });
});
