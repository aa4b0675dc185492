/** SUBSCRIBE and UNSUBSCRIBE, and the form of filters (MQTT 5.0, 3.8, 3.10, 4.7.1 and 4.8.2; MQTT 3.1.1, 3.8, 3.10 and 4.7). */

import type { Level } from '../../../../../src/brokers/embedded/packets/packet.ts';
import { type Bytes, type Part, packet, props, raw, u16, variable } from '../bytes.ts';
import { accepts, FILTER_INVALID, MALFORMED, PROTOCOL_ERROR, type Row, refuses } from '../row.ts';

const ALL: readonly Level[] = [3, 4, 5];

const subscribe = (...payload: Part[]) => packet(0x82, u16(7), props(), ...payload);
const unsubscribe = (...payload: Part[]) => packet(0xa2, u16(7), props(), ...payload);

const GOOD_FILTERS = [
  'a',
  '/',
  'a/',
  '/a',
  '#',
  '+',
  'a/#',
  '/#',
  '+/#',
  '+/+',
  '/+',
  'a/+/b',
  '$SYS/#',
  'é/+/#',
  '$share',
  '$sharex/+',
];
const GOOD_SHARES = ['$share/g/a', '$share/g/#', '$share/g/+/a', '$share/g//', '$share/g/$SYS/#', '$share/ g/a'];
const HASH = '5/4.7.1-1 4/4.7.1-2';
const PLUS = '5/4.7.1-2 4/4.7.1-3';
const ONE = '5/4.7.3-1 4/4.7.3-1';
const BAD_FILTERS = [
  ...['#/', '#/a', 'a/#/b', 'a#', '##', 'a/b#', '#a', '+#', 'é#', '/a/#/'].map((filter) => [HASH, filter] as const),
  ...['a+', '+a', 'a/b+', 'a/+b/c', '++', 'é+/a', '/+/+a'].map((filter) => [PLUS, filter] as const),
  [ONE, ''] as const,
];
const BAD_SHARES = [
  ['5/4.8.2-1', '$share//a'],
  ['5/4.8.2-1', '$share/'],
  ['5/4.8.2-1', '$share//'],
  ['5/4.8.2-2', '$share/g'],
  ['5/4.8.2-2', '$share/g/'],
  ['5/4.8.2-2', '$share/+/a'],
  ['5/4.8.2-2 5/4.7.1-1', '$share/#'],
  ['5/4.7.1-2', '$share/g+/a'],
  ['5/4.7.1-1', '$share/g#/a'],
  ['5/4.7.1-1', '$share/g/#/a'],
] as const;

const PLACES: readonly {
  readonly name: string;
  readonly around: (filter: string) => Bytes;
  readonly seen: (filter: string) => object;
}[] = [
  {
    name: 'SUBSCRIBE',
    around: (filter) => subscribe(filter, 1),
    seen: (filter) => ({ subscriptions: [{ filter, qos: 1 }] }),
  },
  { name: 'UNSUBSCRIBE', around: unsubscribe, seen: (filter) => ({ filters: [filter] }) },
];

const filters: Row[] = PLACES.flatMap(({ name, around, seen }) => [
  ...GOOD_FILTERS.map((filter) =>
    accepts(`${HASH} ${PLUS} ${ONE}`, `${name} "${filter}"`, ALL, around(filter), seen(filter)),
  ),
  ...GOOD_SHARES.map((filter) =>
    accepts('5/4.8.2-1 5/4.8.2-2', `${name} "${filter}"`, ALL, around(filter), seen(filter)),
  ),
  ...[...BAD_FILTERS, ...BAD_SHARES].map(([clauses, filter]) =>
    refuses(clauses, `${name} "${filter}"`, ALL, around(filter), FILTER_INVALID),
  ),
]);

const AT_LEAST_ONE = '5/3.8.3-2 4/3.8.3-3';
const lists: Row[] = [
  accepts(AT_LEAST_ONE, 'three filters, one of them twice', ALL, subscribe('a', 0, 'b', 1, 'a', 2), {
    packetId: 7,
    subscriptions: [
      { filter: 'a', qos: 0 },
      { filter: 'b', qos: 1 },
      { filter: 'a', qos: 2 },
    ],
    userProperties: [],
    subscriptionId: undefined,
  }),
  refuses(AT_LEAST_ONE, 'a SUBSCRIBE without a filter', ALL, subscribe(), PROTOCOL_ERROR),
  accepts('5/3.10.3-2 4/3.10.3-2', 'filters, one of them twice', ALL, unsubscribe('a', 'b', 'a'), {
    packetId: 7,
    filters: ['a', 'b', 'a'],
    userProperties: [],
  }),
  refuses('5/3.10.3-2 4/3.10.3-2', 'an UNSUBSCRIBE without a filter', ALL, unsubscribe(), PROTOCOL_ERROR),
  refuses('5/1.5.1', 'a filter without options', ALL, subscribe('a'), MALFORMED),
  refuses('5/1.5.2', 'half a length behind a subscription', ALL, subscribe('a', 0, 0), MALFORMED),
  refuses('5/1.5.4', 'half a filter', ALL, subscribe(u16(3), raw('ab')), MALFORMED),
  refuses('5/1.5.4', 'half a filter to unsubscribe from', ALL, unsubscribe('a', u16(3), raw('ab')), MALFORMED),
  ...[0x82, 0xa2].flatMap((first) => [
    refuses(
      '5/2.2.1-3 4/2.3.1-1',
      `the packet id 0 (${first.toString(16)})`,
      ALL,
      packet(first, u16(0), props(), 'a', ...(first === 0x82 ? [0] : [])),
      PROTOCOL_ERROR,
    ),
    refuses('5/1.5.2', `half a packet id (${first.toString(16)})`, ALL, packet(first, 1), MALFORMED),
    refuses(
      '5/2.2.2-1 5/1.5.5 5/1.5.1',
      `no property length (${first.toString(16)})`,
      [5],
      packet(first, u16(7)),
      MALFORMED,
    ),
  ]),
];

const one = (options: number, filter = 'a') => subscribe(filter, options);
const RESERVED = '5/3.8.3-5';
const options: Row[] = [
  ...([0, 1, 2] as const).map((qos) =>
    accepts('5/3.8.3.1 4/3.8.3-4', `QoS ${qos}`, ALL, one(qos), { subscriptions: [{ qos }] }),
  ),
  refuses('5/3.8.3.1', 'QoS 3', [5, 3], one(3), PROTOCOL_ERROR),
  refuses('4/3.8.3-4', 'QoS 3', [4], one(3), MALFORMED),
  ...[0x04, 0x08, 0x10, 0x40, 0x80, 0xfc].map((bits) =>
    refuses('4/3.8.3-4', `the reserved bits ${bits}`, [4], one(bits), MALFORMED),
  ),
  accepts('3/3.8', 'bits that were not used', [3], one(0xfd), {
    subscriptions: [{ qos: 1, noLocal: false, retainHandling: 0 }],
  }),
  accepts(RESERVED, 'all that options can say', [5], one(0x2e), {
    subscriptions: [{ filter: 'a', qos: 2, noLocal: true, retainAsPublished: true, retainHandling: 2 }],
  }),
  accepts(RESERVED, 'no option', [5], one(0), {
    subscriptions: [{ filter: 'a', qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
  }),
  ...[0x40, 0x80, 0xc0].map((bits) => refuses(RESERVED, `the reserved bits ${bits}`, [5], one(bits), MALFORMED)),
  accepts('5/3.8.3.1', 'the retain handling 1', [5], one(0x10), { subscriptions: [{ retainHandling: 1 }] }),
  refuses('5/3.8.3.1', 'the retain handling 3', [5], one(0x30), PROTOCOL_ERROR),
  accepts('5/3.8.3-4', 'No Local on a subscription of its own', [5], one(4, '$sharex/g/a'), {
    subscriptions: [{ noLocal: true }],
  }),
  accepts('5/3.8.3-4', 'a shared subscription without No Local', [5], one(8, '$share/g/a'), {
    subscriptions: [{ noLocal: false, retainAsPublished: true }],
  }),
  refuses('5/3.8.3-4', 'No Local on a shared subscription', [5], one(4, '$share/g/a'), PROTOCOL_ERROR),
];

const withId = (...id: Part[]) => packet(0x82, u16(7), props(0x0b, ...id), 'a', 0);
const identifiers: Row[] = [
  accepts('5/3.8.2.1.2', 'the first identifier', [5], withId(1), { subscriptionId: 1 }),
  accepts('5/3.8.2.1.2', 'the last identifier', [5], withId(variable(268_435_455)), { subscriptionId: 268_435_455 }),
  refuses('5/3.8.2.1.2', 'the identifier 0', [5], withId(0), PROTOCOL_ERROR),
  refuses('5/3.8.2.1.2', 'two identifiers', [5], packet(0x82, u16(7), props(0x0b, 1, 0x0b, 2), 'a', 0), PROTOCOL_ERROR),
  refuses('5/1.5.5-1', 'an identifier that takes two bytes for one', [5], withId(0x81, 0), MALFORMED),
  refuses('5/1.5.5', 'an identifier of five bytes', [5], withId(0x80, 0x80, 0x80, 0x80, 1), MALFORMED),
  accepts(
    '5/3.8.2.1.3',
    'user properties in their order',
    [5],
    packet(0x82, u16(7), props(0x26, 'b', '1', 0x26, 'a', '2'), 'a', 0),
    {
      userProperties: [
        ['b', '1'],
        ['a', '2'],
      ],
    },
  ),
  accepts(
    '5/3.10.2.1.2',
    'user properties in their order',
    [5],
    packet(0xa2, u16(7), props(0x26, 'b', '1', 0x26, 'a', '2'), 'a'),
    {
      userProperties: [
        ['b', '1'],
        ['a', '2'],
      ],
    },
  ),
];

export const SUBSCRIBE: readonly Row[] = [...filters, ...lists, ...options, ...identifiers];
