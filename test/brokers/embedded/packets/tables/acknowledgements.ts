/** PUBACK, PUBREC, PUBREL, PUBCOMP, DISCONNECT and AUTH (MQTT 5.0, 3.4 to 3.7, 3.14 and 3.15; MQTT 3.1.1, the same). */

import type { Level, Side } from '../../../../../src/brokers/embedded/packets/packet.ts';
import { hex, packet, props, raw, u16, u32 } from '../bytes.ts';
import { accepts, MALFORMED, PROTOCOL_ERROR, type Row, refuses } from '../row.ts';

const ALL: readonly Level[] = [3, 4, 5];
const SIDES: readonly Side[] = ['client', 'broker'];

/** 0x10 is for brokers, but a bridge comes as a client and is one. */
const RECEIVED = [0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];
const RELEASED = [0, 0x92];
const KINDS = [
  { kind: 'puback', first: 0x40, known: RECEIVED, clause: '5/3.4.2-1' },
  { kind: 'pubrec', first: 0x50, known: RECEIVED, clause: '5/3.5.2-1' },
  { kind: 'pubrel', first: 0x62, known: RELEASED, clause: '5/3.6.2-1' },
  { kind: 'pubcomp', first: 0x70, known: RELEASED, clause: '5/3.7.2-1' },
];

const acknowledgements: Row[] = KINDS.flatMap(({ kind, first, clause, known }) => [
  ...SIDES.flatMap((from) => [
    ...known.map((code) =>
      accepts(
        clause,
        `a ${kind} with the code ${code}`,
        [5],
        packet(first, u16(7), code),
        { kind, packetId: 7, reasonCode: code, properties: {} },
        { from },
      ),
    ),
    ...others(known).map((code) =>
      refuses(clause, `a ${kind} with the code ${code}`, [5], packet(first, u16(7), code), PROTOCOL_ERROR, { from }),
    ),
  ]),
  accepts('5/3.4.2.1', `a ${kind} that leaves its code out`, ALL, packet(first, u16(7)), {
    kind,
    packetId: 7,
    reasonCode: 0,
    properties: {},
  }),
  accepts('5/3.4.2.2.1', `a ${kind} with a property length of 0`, [5], packet(first, u16(7), 0, 0), {
    reasonCode: 0,
    properties: {},
  }),
  accepts('5/3.4.2.2.2', `a ${kind} with a reason string`, [5], packet(first, u16(7), 0, props(0x1f, 'so')), {
    properties: { reasonString: 'so' },
  }),
  refuses('5/2.1.4', `a ${kind} with a byte more`, [5], packet(first, u16(7), 0, 0, 0), MALFORMED),
  refuses('5/2.1.4', `a ${kind} with a code`, [3, 4], packet(first, u16(7), 0), MALFORMED),
  refuses('5/2.2.2.1', `a ${kind} with half its properties`, [5], packet(first, u16(7), 0, 1), MALFORMED),
  refuses('5/1.5.2', `a ${kind} with half a packet id`, ALL, packet(first, 7), MALFORMED),
  refuses('5/1.5.2', `a ${kind} without a packet id`, ALL, packet(first), MALFORMED),
  refuses('5/2.2.1-3', `a ${kind} with the packet id 0`, ALL, packet(first, u16(0)), PROTOCOL_ERROR),
]);

const OF_BOTH = [0, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99];
const LEAVING = {
  client: [...OF_BOTH, 0x04],
  broker: [...OF_BOTH, 0x87, 0x89, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2],
};
const EXPIRY = '5/3.14.2-2';
const disconnects: Row[] = [
  ...SIDES.flatMap((from) => [
    ...LEAVING[from].map((code) =>
      accepts(
        '5/3.14.2-1',
        `a DISCONNECT with the code ${code}`,
        [5],
        packet(0xe0, code),
        { reasonCode: code, properties: {} },
        { from },
      ),
    ),
    ...others(LEAVING[from]).map((code) =>
      refuses('5/3.14.2-1', `a DISCONNECT with the code ${code}`, [5], packet(0xe0, code), PROTOCOL_ERROR, { from }),
    ),
  ]),
  accepts('5/3.14.2.1', 'a DISCONNECT that leaves its code out', ALL, packet(0xe0), {
    kind: 'disconnect',
    reasonCode: 0,
    properties: {},
  }),
  refuses('4/3.14 5/2.1.4', 'a DISCONNECT with a code', [3, 4], packet(0xe0, 0), MALFORMED),
  accepts('5/3.14.2.2.1', 'a DISCONNECT with a property length of 0', [5], packet(0xe0, 0, 0), { properties: {} }),
  refuses('5/2.1.4', 'a DISCONNECT with a byte more', [5], packet(0xe0, 0, 0, 0), MALFORMED),
  accepts(EXPIRY, 'a client that changes how long its session lasts', [5], packet(0xe0, 0, props(0x11, u32(9))), {
    properties: { sessionExpirySeconds: 9 },
  }),
  refuses(
    EXPIRY,
    'a broker that changes how long a session lasts',
    [5],
    packet(0xe0, 0, props(0x11, u32(9))),
    PROTOCOL_ERROR,
    { from: 'broker' },
  ),
  accepts(
    '5/3.14.2.2.5',
    'a broker that names another one',
    [5],
    packet(0xe0, 0x9c, props(0x1c, 'b')),
    { properties: { serverReference: 'b' } },
    { from: 'broker' },
  ),
  accepts(
    '5/3.14.2.2.5',
    'a client that names a server, which nothing forbids',
    [5],
    packet(0xe0, 0, props(0x1c, 'b')),
    {},
  ),
];

const METHOD = [0x15, 'm'] as const;
const AUTH = { client: [0x18, 0x19], broker: [0x00, 0x18] };
const auths: Row[] = [
  ...SIDES.flatMap((from) => [
    ...AUTH[from].map((code) =>
      accepts(
        '5/3.15.2-1',
        `an AUTH with the code ${code}`,
        [5],
        packet(0xf0, code, props(...METHOD)),
        { kind: 'auth', reasonCode: code, properties: { authenticationMethod: 'm' } },
        { from },
      ),
    ),
    ...others(AUTH[from]).map((code) =>
      refuses(
        '5/3.15.2-1',
        `an AUTH with the code ${code}`,
        [5],
        packet(0xf0, code, props(...METHOD)),
        PROTOCOL_ERROR,
        { from },
      ),
    ),
  ]),
  accepts(
    '5/3.15.2.1',
    'an empty AUTH of a broker, which is success',
    [5],
    packet(0xf0),
    { reasonCode: 0, properties: {} },
    { from: 'broker' },
  ),
  refuses('5/3.15.2-1', 'an empty AUTH of a client, which may not tell of success', [5], packet(0xf0), PROTOCOL_ERROR),
  refuses('5/3.15.2.1 5/1.5.1', 'an AUTH with a code and nothing more', [5], packet(0xf0, 0x18), MALFORMED),
  refuses('5/3.15.2.2.2', 'an AUTH without a method', [5], packet(0xf0, 0x18, 0), PROTOCOL_ERROR),
  refuses('5/3.15.2.2.2', 'an AUTH with data but no method', [5], packet(0xf0, 0x18, props(0x16, 'x')), PROTOCOL_ERROR),
  accepts('5/3.15.2.2.3', 'an AUTH with data', [5], packet(0xf0, 0x18, props(0x16, hex('00 01 ff'), ...METHOD)), {
    properties: { authenticationData: hex('ff') },
  }),
];

const pings: Row[] = [
  accepts('5/3.12', 'a PINGREQ', ALL, packet(0xc0), { kind: 'pingreq' }),
  refuses('5/3.12 5/2.1.4', 'a PINGREQ with a byte', ALL, packet(0xc0, raw('x')), MALFORMED),
  accepts('5/3.13', 'a PINGRESP', ALL, packet(0xd0), { kind: 'pingresp' }, { from: 'broker' }),
  refuses('5/3.13 5/2.1.4', 'a PINGRESP with a byte', ALL, packet(0xd0, 0), MALFORMED, { from: 'broker' }),
];

export const ACKNOWLEDGEMENTS: readonly Row[] = [...acknowledgements, ...disconnects, ...auths, ...pings];

/** All bytes that are none of these. */
function others(known: readonly number[]): number[] {
  return Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !known.includes(byte));
}
