/** What every packet begins with: type, flags and remaining length (MQTT 5.0, 2.1; MQTT 3.1.1, 2.2). */

import { bare, hex, packet, props, u16 } from '../bytes.ts';
import { accepts, MALFORMED, PROTOCOL_ERROR, type Row, refuses, TOO_LARGE } from '../row.ts';

const FLAGS = '5/2.1.3-1 4/2.2.2-1 4/2.2.2-2';
const BROKER = { from: 'broker' } as const;

/** Packets of a client whose first byte is prescribed, that byte without its flags, and the flags. */
const OF_CLIENT = [
  { name: 'PUBACK', type: 0x40, flags: 0, body: [u16(1)], clauses: FLAGS },
  { name: 'PUBREC', type: 0x50, flags: 0, body: [u16(1)], clauses: FLAGS },
  { name: 'PUBREL', type: 0x60, flags: 2, body: [u16(1)], clauses: `${FLAGS} 5/3.6.1-1 4/3.6.1-1` },
  { name: 'PUBCOMP', type: 0x70, flags: 0, body: [u16(1)], clauses: FLAGS },
  { name: 'SUBSCRIBE', type: 0x80, flags: 2, body: [u16(1), props(), 'a', 0], clauses: `${FLAGS} 5/3.8.1-1 4/3.8.1-1` },
  {
    name: 'UNSUBSCRIBE',
    type: 0xa0,
    flags: 2,
    body: [u16(1), props(), 'a'],
    clauses: `${FLAGS} 5/3.10.1-1 4/3.10.1-1`,
  },
  { name: 'PINGREQ', type: 0xc0, flags: 0, body: [], clauses: FLAGS },
  { name: 'DISCONNECT', type: 0xe0, flags: 0, body: [], clauses: `${FLAGS} 5/3.14.1-1 4/3.14.1-1` },
];
const OF_BROKER = [
  { name: 'CONNACK', type: 0x20, flags: 0, body: [0, 0, props()], clauses: FLAGS },
  { name: 'SUBACK', type: 0x90, flags: 0, body: [u16(1), props(), 0], clauses: FLAGS },
  { name: 'PINGRESP', type: 0xd0, flags: 0, body: [], clauses: FLAGS },
];

const WRONG_BITS = [0, 1, 2, 3, 4, 8, 15];

const flags: Row[] = [
  ...OF_CLIENT.map((given) => ({ ...given, setting: {} })),
  ...OF_BROKER.map((given) => ({ ...given, setting: BROKER })),
].flatMap(({ name, type, flags: right, body, clauses, setting }) => [
  accepts(
    clauses,
    `a ${name} with its flags`,
    [3, 4, 5],
    packet(type | right, ...body),
    { kind: name.toLowerCase() },
    setting,
  ),
  ...WRONG_BITS.filter((bits) => bits !== right).flatMap((bits) => [
    refuses(clauses, `a ${name} with the flags ${bits}`, [4, 5], packet(type | bits, ...body), MALFORMED, setting),
    accepts(
      '3/2.1',
      `a ${name} with the flags ${bits}, which have no meaning there`,
      [3],
      packet(type | bits, ...body),
      {},
      setting,
    ),
  ]),
]);

const AUTH = [0x18, props(0x15, 'm')];
const types: Row[] = [
  refuses('5/2.1.2', 'type 0', [3, 4, 5], bare(hex('00 00')), MALFORMED),
  refuses('5/2.1.2', 'type 0 with flags', [3, 4, 5], bare(hex('0f 00')), MALFORMED),
  accepts('5/2.1.2 5/3.15.1-1', 'an AUTH', [5], packet(0xf0, ...AUTH), { kind: 'auth' }),
  refuses('5/2.1.2', 'an AUTH before MQTT 5', [3, 4], packet(0xf0, ...AUTH), MALFORMED),
  ...[1, 2, 4, 8].map((bits) =>
    refuses('5/2.1.3-1 5/3.15.1-1', `an AUTH with the flags ${bits}`, [5], packet(0xf0 | bits, ...AUTH), MALFORMED),
  ),
  ...OF_BROKER.map(({ name, type, body }) =>
    refuses('5/2.1.2', `a ${name} of a client`, [3, 4, 5], packet(type, ...body), PROTOCOL_ERROR),
  ),
  refuses('5/2.1.2', 'an UNSUBACK of a client', [3, 4, 5], packet(0xb0, u16(1), props(), 0), PROTOCOL_ERROR),
  refuses(
    '5/2.1.2',
    'a CONNECT of a broker',
    [3, 4, 5],
    packet(0x10, 'MQTT', 4, 2, u16(0), 'c'),
    PROTOCOL_ERROR,
    BROKER,
  ),
  refuses(
    '5/2.1.2',
    'a SUBSCRIBE of a broker',
    [3, 4, 5],
    packet(0x82, u16(1), props(), 'a', 0),
    PROTOCOL_ERROR,
    BROKER,
  ),
  refuses(
    '5/2.1.2',
    'an UNSUBSCRIBE of a broker',
    [3, 4, 5],
    packet(0xa2, u16(1), props(), 'a'),
    PROTOCOL_ERROR,
    BROKER,
  ),
  refuses('5/2.1.2', 'a PINGREQ of a broker', [3, 4, 5], packet(0xc0), PROTOCOL_ERROR, BROKER),
  accepts('5/2.1.2', 'a DISCONNECT of a broker', [5], packet(0xe0), { kind: 'disconnect', reasonCode: 0 }, BROKER),
  refuses('5/2.1.2', 'a DISCONNECT of a broker before MQTT 5', [3, 4], packet(0xe0), PROTOCOL_ERROR, BROKER),
];

const EXACT = { maxPacketBytes: 10 };

const lengths: Row[] = [
  accepts('5/2.1.4', 'a length of one byte, the largest', [5], packet(0x30, 'a', props(), Buffer.alloc(123)), {
    topic: 'a',
  }),
  accepts('5/2.1.4', 'a length of two bytes, the smallest', [5], packet(0x30, 'a', props(), Buffer.alloc(124)), {
    topic: 'a',
  }),
  accepts('5/2.1.4', 'a length of two bytes, the largest', [5], packet(0x30, 'a', props(), Buffer.alloc(16_379)), {
    topic: 'a',
  }),
  accepts('5/2.1.4', 'a length of three bytes, the smallest', [5], packet(0x30, 'a', props(), Buffer.alloc(16_380)), {
    topic: 'a',
  }),
  accepts('5/1.5.5-1', 'a length that takes no more bytes than it needs', [5], bare(hex('c0 00')), { kind: 'pingreq' }),
  refuses('5/1.5.5-1', 'a length that takes two bytes for one', [5], bare(hex('c0 80 00')), MALFORMED),
  refuses('5/1.5.5-1', 'a length that takes four bytes for one', [5], bare(hex('40 82 80 80 00 00 01')), MALFORMED),
  accepts('4/2.2.3', 'a length that takes two bytes for one, which was not forbidden', [3, 4], bare(hex('c0 80 00')), {
    kind: 'pingreq',
  }),
  refuses('5/1.5.5', 'a length of more than four bytes', [3, 4, 5], bare(hex('30 80 80 80 80')), MALFORMED),
  refuses('5/1.5.5', 'a length of five bytes', [3, 4, 5], bare(hex('30 ff ff ff ff 01')), MALFORMED),
  refuses('5/2.1.4', 'a byte more than the packet needs', [3, 4, 5], packet(0xc0, 0), MALFORMED),
  refuses('5/2.1.4', 'a byte behind a PUBACK of version 3.1.1', [3, 4], packet(0x40, u16(1), 0), MALFORMED),
  accepts(
    '5/3.2.2-15',
    'as large as the server takes',
    [3, 4],
    bare(hex('30 08'), 'a', hex('01 02 03 04 05')),
    { topic: 'a' },
    EXACT,
  ),
  accepts(
    '5/3.2.2-15',
    'as large as the server takes',
    [5],
    bare(hex('30 08'), 'a', 0, hex('01 02 03 04')),
    { topic: 'a' },
    EXACT,
  ),
  refuses(
    '5/3.2.2-15',
    'larger than the server takes',
    [5],
    packet(0x30, 'a', 0, hex('01 02 03 04 05')),
    TOO_LARGE,
    EXACT,
  ),
  refuses(
    '5/3.2.2-15',
    'told to be larger than the server takes, and not there yet',
    [3, 4, 5],
    bare(hex('30 80 01')),
    TOO_LARGE,
    EXACT,
  ),
  accepts(
    '5/3.1.2-24',
    'as large as the client takes',
    [5],
    bare(hex('30 08'), 'a', 0, hex('01 02 03 04')),
    { topic: 'a' },
    { ...EXACT, ...BROKER },
  ),
  refuses('5/3.1.2-24', 'larger than the client takes', [5], packet(0x30, 'a', 0, hex('01 02 03 04 05')), TOO_LARGE, {
    ...EXACT,
    ...BROKER,
  }),
  refuses('5/3.2.2-15', 'a CONNECT that is larger than a stranger may send', [4, 5], packet(0x10, 'MQTT'), TOO_LARGE, {
    begins: true,
    maxPacketBytes: 7,
  }),
];

export const FIXED_HEADER: readonly Row[] = [...flags, ...types, ...lengths];
