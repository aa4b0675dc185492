/** PUBLISH, but for its properties (MQTT 5.0, 3.3; MQTT 3.1.1, 3.3). */

import type { Level } from '../../../../../src/brokers/embedded/packets/packet.ts';
import { hex, packet, props, raw, u16, variable } from '../bytes.ts';
import { ALIAS_INVALID, accepts, MALFORMED, PROTOCOL_ERROR, type Row, refuses, TOPIC_INVALID } from '../row.ts';

const ALL: readonly Level[] = [3, 4, 5];
const BROKER = { from: 'broker' } as const;
const QOS_BITS = '5/3.3.1-4 4/3.3.1-4';
const DUP = '5/3.3.1-2 4/3.3.1-2 5/4.3.1-1 4/4.3.1-1';
const NO_WILDCARD = '5/3.3.2-2 4/3.3.2-2 5/4.7.0-1 4/4.7.1-1';
const ID = '5/2.2.1-3 4/2.3.1-1';

const flags: Row[] = [
  accepts(QOS_BITS, 'QoS 0', ALL, packet(0x30, 'a/b', props(), raw('x')), {
    qos: 0,
    dup: false,
    retain: false,
    topic: 'a/b',
    packetId: 0,
    payload: raw('x'),
  }),
  accepts(QOS_BITS, 'QoS 1', ALL, packet(0x32, 'a/b', u16(7), props(), raw('x')), {
    qos: 1,
    packetId: 7,
    payload: raw('x'),
  }),
  accepts(QOS_BITS, 'QoS 2', ALL, packet(0x34, 'a/b', u16(7), props(), raw('x')), {
    qos: 2,
    packetId: 7,
    payload: raw('x'),
  }),
  ...[0x36, 0x37, 0x3e, 0x3f].map((byte) =>
    refuses(QOS_BITS, `QoS 3 (${byte.toString(16)})`, ALL, packet(byte, 'a/b', u16(7), props()), MALFORMED),
  ),
  accepts(DUP, 'QoS 0, not sent before', ALL, packet(0x30, 'a', props()), { dup: false }),
  accepts(DUP, 'QoS 1, sent before', ALL, packet(0x3a, 'a', u16(1), props()), { dup: true, qos: 1 }),
  accepts(DUP, 'QoS 2, sent before, and to be retained', ALL, packet(0x3d, 'a', u16(1), props()), {
    dup: true,
    qos: 2,
    retain: true,
  }),
  refuses(DUP, 'QoS 0, sent before', ALL, packet(0x38, 'a', props()), MALFORMED),
  refuses(DUP, 'QoS 0, sent before, and to be retained', ALL, packet(0x39, 'a', props()), MALFORMED),
  accepts('5/3.3.1.3', 'to be retained', ALL, packet(0x31, 'a', props()), { retain: true }),
];

const ids: Row[] = [
  accepts(
    '5/2.2.1-2 4/2.3.1-5',
    'no packet id at QoS 0: what looks like one is payload',
    ALL,
    packet(0x30, 'a', props(), u16(7)),
    { packetId: 0, payload: u16(7) },
  ),
  accepts(ID, 'the first packet id', ALL, packet(0x32, 'a', u16(1), props()), { packetId: 1 }),
  accepts(ID, 'the last packet id', ALL, packet(0x34, 'a', u16(65_535), props()), { packetId: 65_535 }),
  refuses(ID, 'the packet id 0 at QoS 1', ALL, packet(0x32, 'a', u16(0), props()), PROTOCOL_ERROR),
  refuses(ID, 'the packet id 0 at QoS 2', ALL, packet(0x34, 'a', u16(0), props()), PROTOCOL_ERROR),
  refuses('5/1.5.2', 'no packet id at QoS 1', ALL, packet(0x32, 'a'), MALFORMED),
  refuses('5/1.5.2', 'half a packet id at QoS 1', ALL, packet(0x32, 'a', 1), MALFORMED),
  accepts(
    '5/2.2.1-4 5/2.2.1-3',
    'a packet id of the broker',
    ALL,
    packet(0x32, 'a', u16(1), props()),
    { packetId: 1 },
    BROKER,
  ),
  refuses(
    '5/2.2.1-4 5/2.2.1-3',
    'the packet id 0 of the broker',
    ALL,
    packet(0x32, 'a', u16(0), props()),
    PROTOCOL_ERROR,
    BROKER,
  ),
];

const topics: Row[] = [
  ...['a', '/', 'a/', '//', '$SYS/a', ' ', 'a b/ c'].map((topic) =>
    accepts(`${NO_WILDCARD} 5/4.7.3-1 4/4.7.3-1`, `the topic "${topic}"`, ALL, packet(0x30, topic, props()), { topic }),
  ),
  ...['+', '#', 'a/+', 'a/+/b', 'a/#', 'a+', 'a#b', 'é/+', '#é'].map((topic) =>
    refuses(NO_WILDCARD, `the topic "${topic}"`, ALL, packet(0x30, topic, props()), TOPIC_INVALID),
  ),
  refuses('5/3.3.2-2', 'the topic "a/#" of a broker', ALL, packet(0x30, 'a/#', props()), TOPIC_INVALID, BROKER),
  refuses('4/4.7.3-1 5/4.7.3-1', 'no topic', [3, 4], packet(0x30, '', props()), TOPIC_INVALID),
  refuses('5/4.7.3-1 5/3.3.2.1', 'no topic and no alias', [5], packet(0x30, '', props(), raw('x')), PROTOCOL_ERROR),
  refuses('5/1.5.2', 'no topic length', ALL, packet(0x30), MALFORMED),
  refuses('5/1.5.2', 'half a topic length', ALL, packet(0x30, 0), MALFORMED),
  refuses('5/1.5.4', 'a topic that is longer than the packet', ALL, packet(0x30, u16(3), raw('ab')), MALFORMED),
];

const ALIAS = '5/3.3.2-8';
const aliases: Row[] = [
  accepts(ALIAS, 'an alias for a topic', [5], packet(0x30, 'a', props(0x23, u16(1))), {
    topic: 'a',
    properties: { topicAlias: 1 },
  }),
  accepts(`${ALIAS} 5/3.3.2.1`, 'an alias in place of a topic', [5], packet(0x30, '', props(0x23, u16(9)), raw('x')), {
    topic: '',
    properties: { topicAlias: 9 },
    payload: raw('x'),
  }),
  accepts(ALIAS, 'the last alias', [5], packet(0x30, '', props(0x23, u16(65_535))), {
    properties: { topicAlias: 65_535 },
  }),
  refuses(ALIAS, 'the alias 0', [5], packet(0x30, 'a', props(0x23, u16(0))), ALIAS_INVALID),
  refuses(ALIAS, 'the alias 0 in place of a topic', [5], packet(0x30, '', props(0x23, u16(0))), ALIAS_INVALID),
  refuses(ALIAS, 'the alias 0 of a broker', [5], packet(0x30, 'a', props(0x23, u16(0))), ALIAS_INVALID, BROKER),
];

const responses = (topic: string) => packet(0x30, 'a', props(0x08, topic));
const IDS = '5/3.3.4-6';
const properties: Row[] = [
  accepts('5/3.3.2-14', 'a response topic', [5], responses('a/b'), { properties: { responseTopic: 'a/b' } }),
  ...['+', '#', 'a/+/b', 'a#'].map((topic) =>
    refuses('5/3.3.2-14', `the response topic "${topic}"`, [5], responses(topic), TOPIC_INVALID),
  ),
  refuses('5/4.7.3-1', 'no response topic', [5], responses(''), TOPIC_INVALID),
  accepts(
    '5/3.3.2-18',
    'user properties in their order',
    [5],
    packet(0x30, 'a', props(0x26, 'b', '1', 0x26, 'a', '2', 0x26, 'b', '3')),
    {
      properties: {
        userProperties: [
          ['b', '1'],
          ['a', '2'],
          ['b', '3'],
        ],
      },
    },
  ),
  accepts(
    IDS,
    'subscription identifiers of a broker',
    [5],
    packet(0x30, 'a', props(0x0b, variable(1), 0x0b, variable(268_435_455))),
    { properties: { subscriptionIds: [1, 268_435_455] } },
    BROKER,
  ),
  refuses(IDS, 'a subscription identifier of a client', [5], packet(0x30, 'a', props(0x0b, 1)), PROTOCOL_ERROR),
  refuses('5/2.2.2-1 5/1.5.1', 'no property length', [5], packet(0x30, 'a'), MALFORMED),
  accepts('5/2.2.2-1', 'a property length of 0', [5], packet(0x30, 'a', 0, raw('x')), {
    properties: {},
    payload: raw('x'),
  }),
  refuses(
    '5/2.2.2.1',
    'properties that are longer than the packet',
    [5],
    packet(0x30, 'a', 5, hex('01 01')),
    MALFORMED,
  ),
  accepts(
    '5/3.3.2.3.2',
    'a payload that is said to be text and is none',
    [5],
    packet(0x30, 'a', props(0x01, 1), hex('ff')),
    { properties: { payloadIsUtf8: true }, payload: hex('ff') },
  ),
  accepts('5/3.3.3', 'a payload of no bytes', ALL, packet(0x30, 'a', props()), { payload: raw('') }),
];

export const PUBLISH: readonly Row[] = [...flags, ...ids, ...topics, ...aliases, ...properties];
