/** Which values properties may have, and where they end (MQTT 5.0, 2.2.2, 3.1.2.11 and 3.2.2.3). */

import { counted, hex, type Part, packet, props, raw, u16, u32 } from '../bytes.ts';
import { ALIAS_INVALID, accepts, MALFORMED, PROTOCOL_ERROR, type Row, refuses } from '../row.ts';

const BROKER = { from: 'broker' } as const;

const connect = (...given: Part[]) => packet(0x10, 'MQTT', 5, 2, u16(0), props(...given), 'c');
const connack = (...given: Part[]) => packet(0x20, 0, 0, props(...given));
const BEGINS = { begins: true } as const;

const zeros: Row[] = [
  refuses('5/3.1.2.11.3', 'a receive maximum of 0', [5], connect(0x21, u16(0)), PROTOCOL_ERROR, BEGINS),
  refuses('5/3.1.2.11.4', 'a maximum packet size of 0', [5], connect(0x27, u32(0)), PROTOCOL_ERROR, BEGINS),
  refuses('5/3.1.2.11.3', 'a receive maximum of 0', [5], connack(0x21, u16(0)), PROTOCOL_ERROR, BROKER),
  refuses('5/3.1.2.11.4', 'a maximum packet size of 0', [5], connack(0x27, u32(0)), PROTOCOL_ERROR, BROKER),
  refuses(
    '5/3.8.2.1.2',
    'a subscription identifier of 0',
    [5],
    packet(0x30, 'a', props(0x0b, 0)),
    PROTOCOL_ERROR,
    BROKER,
  ),
  refuses('5/3.3.2-8', 'a topic alias of 0', [5], packet(0x30, 'a', props(0x23, u16(0))), ALIAS_INVALID),
  accepts(
    '5/3.1.2.11.3',
    'the largest receive maximum',
    [5],
    connect(0x21, u16(65_535)),
    { properties: { receiveMaximum: 65_535 } },
    BEGINS,
  ),
];

const BITS = [
  ['5/3.3.2.3.2', 0x01, (id: number, value: number) => packet(0x30, 'a', props(id, value)), {}],
  ['5/3.1.2.11.7', 0x17, connect, BEGINS],
  ['5/3.1.2.11.6', 0x19, connect, BEGINS],
  ['5/3.2.2.3.4', 0x24, connack, BROKER],
  ['5/3.2.2.3.5', 0x25, connack, BROKER],
  ['5/3.2.2.3.11', 0x28, connack, BROKER],
  ['5/3.2.2.3.12', 0x29, connack, BROKER],
  ['5/3.2.2.3.13', 0x2a, connack, BROKER],
] as const;

const bits: Row[] = BITS.flatMap(([clause, id, around, setting]) => [
  ...[0, 1].map((value) => accepts(clause, `the property ${id} of ${value}`, [5], around(id, value), {}, setting)),
  ...[2, 3, 128, 255].map((value) =>
    refuses(clause, `the property ${id} of ${value}`, [5], around(id, value), PROTOCOL_ERROR, setting),
  ),
]);

const ends: Row[] = [
  refuses('5/2.2.2.1', 'properties that are longer than the packet', [5], packet(0xe0, 0, 9, 0x1f, 'a'), MALFORMED),
  refuses('5/1.5.5', 'a property length of five bytes', [5], packet(0xe0, 0, hex('80 80 80 80 01')), MALFORMED),
  refuses(
    '5/1.5.5-1',
    'a property length that takes two bytes for one',
    [5],
    packet(0xe0, 0, hex('84 00'), 0x1f, 'a'),
    MALFORMED,
  ),
  refuses(
    '5/1.5.4',
    'a string that runs out of the properties',
    [5],
    packet(0x30, 'a', 4, 0x03, u16(5), raw('abcde')),
    MALFORMED,
  ),
  refuses('5/1.5.3', 'a number that runs out of the properties', [5], packet(0x30, 'a', 3, 0x02, u32(1)), MALFORMED),
  refuses('5/1.5.4 5/1.5.2', 'a user property without a value', [5], packet(0x30, 'a', props(0x26, 'n')), MALFORMED),
  accepts(
    '5/2.2.2.1',
    'a property length of two bytes',
    [5],
    packet(0x30, 'a', (level) => counted([0x03, 'x'.repeat(200)], level)),
    { properties: { contentType: 'x'.repeat(200) } },
  ),
];

export const PROPERTY_VALUES: readonly Row[] = [...zeros, ...bits, ...ends];
