/** Which characters strings may have, wherever a packet has one (MQTT 5.0, 1.5.4; MQTT 3.1.1, 1.5.3). */

import type { Level } from '../../../../../src/brokers/embedded/packets/packet.ts';
import { type Bytes, bare, binary, hex, packet, props, raw, u16 } from '../bytes.ts';
import { accepts, MALFORMED, type Row, refuses } from '../row.ts';

interface Place {
  readonly name: string;
  /** Statements that say that this is a UTF-8 string. */
  readonly clauses: string;
  readonly levels: readonly Level[];
  readonly around: (string: Buffer) => Bytes;
  readonly from?: 'broker';
  readonly begins?: true;
}

const ALL: readonly Level[] = [3, 4, 5];
const name = (level: Level) => bare(level === 3 ? 'MQIsdp' : 'MQTT', level)(level);
const inConnack = (id: number) => (string: Buffer) => packet(0x20, 0, 0, props(id, string));
const inPublish =
  (...before: (number | string)[]) =>
  (string: Buffer) =>
    packet(0x30, 'a', props(...before, string));

const PLACES: readonly Place[] = [
  {
    name: 'client identifier',
    clauses: '5/3.1.3-4 4/3.1.3-4',
    levels: ALL,
    around: (string) => packet(0x10, name, 2, u16(0), props(), string),
    begins: true,
  },
  {
    name: 'will topic',
    clauses: '5/3.1.3-11 4/3.1.3-10',
    levels: ALL,
    around: (string) => packet(0x10, name, 6, u16(0), props(), 'c', props(), string, 'gone'),
    begins: true,
  },
  {
    name: 'user name',
    clauses: '5/3.1.3-12 4/3.1.3-11',
    levels: ALL,
    around: (string) => packet(0x10, name, 0x82, u16(0), props(), 'c', string),
    begins: true,
  },
  {
    name: 'topic name',
    clauses: '5/3.3.2-1 4/3.3.2-1',
    levels: ALL,
    around: (string) => packet(0x30, string, props()),
  },
  {
    name: 'filter to subscribe to',
    clauses: '5/3.8.3-1 4/3.8.3-1',
    levels: ALL,
    around: (string) => packet(0x82, u16(1), props(), string, 0),
  },
  {
    name: 'filter to unsubscribe from',
    clauses: '5/3.10.3-1 4/3.10.3-1',
    levels: ALL,
    around: (string) => packet(0xa2, u16(1), props(), string),
  },
  { name: 'response topic', clauses: '5/3.3.2-13', levels: [5], around: inPublish(0x08) },
  { name: 'content type', clauses: '5/3.3.2-19', levels: [5], around: inPublish(0x03) },
  {
    name: 'name of a user property',
    clauses: '5/1.5.7-1',
    levels: [5],
    around: (string) => packet(0x30, 'a', props(0x26, string, 'value')),
  },
  { name: 'value of a user property', clauses: '5/1.5.7-1', levels: [5], around: inPublish(0x26, 'name') },
  {
    name: 'reason string',
    clauses: '5/3.4.2.2.2',
    levels: [5],
    around: (string) => packet(0x40, u16(1), 0, props(0x1f, string)),
  },
  {
    name: 'authentication method',
    clauses: '5/3.15.2.2.2',
    levels: [5],
    around: (string) => packet(0xf0, 0x18, props(0x15, string)),
  },
  { name: 'assigned client identifier', clauses: '5/3.2.2.3.7', levels: [5], around: inConnack(0x12), from: 'broker' },
  { name: 'response information', clauses: '5/3.2.2.3.15', levels: [5], around: inConnack(0x1a), from: 'broker' },
  { name: 'server reference', clauses: '5/3.2.2.3.16', levels: [5], around: inConnack(0x1c), from: 'broker' },
];

const GOOD = [
  ['a space', ' '],
  ['the last printable character of ASCII', '~'],
  ['U+00A0, the first behind the control characters', 'a\u{a0}'],
  ['three scripts and an emoji', 'дом/家/\u{1f3e0}'],
  ['U+FDCF and U+FDF0, around the non-characters', '\u{fdcf}\u{fdf0}'],
  ['U+FFFD, the replacement character, as a character of its own', '\u{fffd}'],
  ['U+E000, for private use', '\u{e000}'],
  ['U+10FFFD, the last character of all', '\u{10fffd}'],
] as const;

const WELL_FORMED = '5/1.5.4-1 4/1.5.3-1';
const NUL = '5/1.5.4-2 4/1.5.3-2 5/4.7.3-2 4/4.7.3-2';
const BAD = [
  [WELL_FORMED, 'the surrogate U+D800', 'ed a0 80'],
  [WELL_FORMED, 'the surrogate U+DFFF', 'ed bf bf'],
  [WELL_FORMED, 'a pair of surrogates', 'ed a0 bd ed b8 80'],
  [WELL_FORMED, 'U+0000 in two bytes', 'c0 80'],
  [WELL_FORMED, 'a slash in two bytes', 'c0 af'],
  [WELL_FORMED, 'a slash in three bytes', 'e0 80 af'],
  [WELL_FORMED, 'a euro in four bytes', 'f0 82 82 ac'],
  [WELL_FORMED, 'half a character at the end', '61 c3'],
  [WELL_FORMED, 'a continuation byte alone', '61 80 61'],
  [WELL_FORMED, 'a first byte that no continuation follows', 'c3 28'],
  [WELL_FORMED, 'U+110000, which does not exist', 'f4 90 80 80'],
  [WELL_FORMED, 'a sequence of five bytes', 'f8 88 80 80 80'],
  [WELL_FORMED, 'the byte ff', 'ff'],
  [NUL, 'U+0000 alone', '00'],
  [NUL, 'U+0000 at the end', '61 00'],
  [NUL, 'U+0000 beside other scripts', 'c3 a9 00'],
  ['5/1.5.4', 'the control character U+0001', '61 01'],
  ['5/1.5.4', 'the control character U+001F', '1f 61'],
  ['5/1.5.4', 'the control character U+007F', '7f'],
  ['5/1.5.4', 'the control character U+0080', 'c2 80'],
  ['5/1.5.4', 'the control character U+009F', 'c2 9f'],
  ['5/1.5.4', 'the non-character U+FDD0', 'ef b7 90'],
  ['5/1.5.4', 'the non-character U+FFFF', 'ef bf bf'],
  ['5/1.5.4', 'the non-character U+1FFFE', 'f0 9f bf be'],
] as const;

const BOM = hex('ef bb bf 61');

const characters: readonly Row[] = PLACES.flatMap(({ name: place, clauses, levels, around, from, begins }) => {
  const setting = { ...(from && { from }), ...(begins && { begins }) };
  return [
    ...GOOD.map(([what, text]) =>
      accepts(
        `${WELL_FORMED} ${NUL} 5/1.5.4 ${clauses}`,
        `a ${place} with ${what}`,
        levels,
        around(binary(raw(text))),
        {},
        setting,
      ),
    ),
    ...BAD.map(([clause, what, digits]) =>
      refuses(
        `${clause} ${clauses}`,
        `a ${place} with ${what}`,
        levels,
        around(binary(hex(digits))),
        MALFORMED,
        setting,
      ),
    ),
  ];
});

/** Nothing is taken off a string. */
const byteOrderMarks: readonly Row[] = [
  accepts('5/1.5.4-3 4/1.5.3-3', 'a topic that begins with U+FEFF', ALL, packet(0x30, binary(BOM), props()), {
    topic: '\u{feff}a',
  }),
  accepts('5/1.5.4-3 4/1.5.3-3', 'a filter with U+FEFF within', ALL, packet(0x82, u16(1), props(), 'a\u{feff}b', 0), {
    subscriptions: [{ filter: 'a\u{feff}b' }],
  }),
];

/** The length of a string has two bytes: it cannot tell of more. */
const LONGEST = Buffer.alloc(65_535, 'a');
const longest: readonly Row[] = [
  accepts('5/4.7.3-3 4/4.7.3-3', 'a topic of 65,535 bytes', ALL, packet(0x30, binary(LONGEST), props()), {
    topic: LONGEST.toString(),
  }),
  accepts('5/4.7.3-3 4/4.7.3-3', 'a filter of 65,535 bytes', ALL, packet(0x82, u16(1), props(), binary(LONGEST), 0), {
    subscriptions: [{ filter: LONGEST.toString() }],
  }),
];

export const STRINGS: readonly Row[] = [...characters, ...byteOrderMarks, ...longest];
