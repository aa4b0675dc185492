/** What a broker answers: CONNACK, SUBACK and UNSUBACK (MQTT 5.0, 3.2, 3.9 and 3.11; MQTT 3.1.1, the same). */

import type { Level } from '../../../../../src/brokers/embedded/packets/packet.ts';
import { packet, props, raw, u16 } from '../bytes.ts';
import { accepts, MALFORMED, PROTOCOL_ERROR, type Row, refuses } from '../row.ts';

const ALL: readonly Level[] = [3, 4, 5];
const BROKER = { from: 'broker' } as const;

const connack = (flags: number, code: number) => packet(0x20, flags, code, props());
const WELCOME = [0];
const REFUSALS_OF_5 = [
  0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99, 0x9a, 0x9b, 0x9c,
  0x9d, 0x9f,
];
const REFUSALS_BEFORE = [1, 2, 3, 4, 5];
const NO_SESSION = '5/3.2.2-6 4/3.2.2-4';

const connacks: Row[] = [
  accepts('5/3.2.2-1', 'no flag', ALL, connack(0, 0), { sessionPresent: false, reasonCode: 0, properties: {} }, BROKER),
  accepts('5/3.2.2-1', 'session present', [4, 5], connack(1, 0), { sessionPresent: true }, BROKER),
  ...[2, 4, 0x80, 0xfe].map((flags) =>
    refuses('5/3.2.2-1', `the reserved flags ${flags}`, [4, 5], connack(flags, 0), MALFORMED, BROKER),
  ),
  accepts('3/3.2', 'flags that were not used', [3], connack(0xff, 0), { sessionPresent: false }, BROKER),
  accepts(NO_SESSION, 'welcome to a session', [4, 5], connack(1, 0), { sessionPresent: true, reasonCode: 0 }, BROKER),
  refuses(NO_SESSION, 'a refusal that tells of a session', [5], connack(1, 0x87), PROTOCOL_ERROR, BROKER),
  refuses(NO_SESSION, 'a refusal that tells of a session', [4], connack(1, 5), PROTOCOL_ERROR, BROKER),
  ...[...WELCOME, ...REFUSALS_OF_5].map((code) =>
    accepts('5/3.2.2-8', `the code ${code}`, [5], connack(0, code), { reasonCode: code }, BROKER),
  ),
  ...others([...WELCOME, ...REFUSALS_OF_5]).map((code) =>
    refuses('5/3.2.2-8', `the code ${code}`, [5], connack(0, code), PROTOCOL_ERROR, BROKER),
  ),
  ...[...WELCOME, ...REFUSALS_BEFORE].map((code) =>
    accepts('4/3.2.2.3', `the code ${code}`, [3, 4], connack(0, code), { reasonCode: code }, BROKER),
  ),
  ...[6, 0x80, 0x87, 0xff].map((code) =>
    refuses('5/3.2.2-8', `the code ${code}`, [3, 4], connack(0, code), PROTOCOL_ERROR, BROKER),
  ),
  refuses('5/1.5.1', 'no code', ALL, packet(0x20, 0), MALFORMED, BROKER),
  refuses('5/1.5.1', 'nothing', ALL, packet(0x20), MALFORMED, BROKER),
  refuses('5/2.2.2-1 5/1.5.5 5/1.5.1', 'no property length', [5], packet(0x20, 0, 0), MALFORMED, BROKER),
  refuses('5/2.1.4', 'a byte more', [3, 4], packet(0x20, 0, 0, 0), MALFORMED, BROKER),
  refuses(
    '5/3.1.2.11.10',
    'authentication data for no method',
    [5],
    packet(0x20, 0, 0, props(0x16, 'x')),
    PROTOCOL_ERROR,
    BROKER,
  ),
  accepts(
    '5/3.1.2.11.10',
    'authentication data for a method',
    [5],
    packet(0x20, 0, 0, props(0x15, 'm', 0x16, 'x')),
    { properties: { authenticationData: raw('x') } },
    BROKER,
  ),
];

const GRANTED = [0, 1, 2];
const SUBACK_OF_5 = [...GRANTED, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2];
const suback = (...given: number[]) => packet(0x90, u16(7), props(), ...given);
const SUBACK_CODES = '5/3.9.3-2 4/3.9.3-2';

const subacks: Row[] = [
  accepts(
    '5/3.9.3-1 4/3.9.3-1',
    'codes in their order',
    ALL,
    suback(2, 0, 0x80, 1),
    { packetId: 7, reasonCodes: [2, 0, 0x80, 1], properties: {} },
    BROKER,
  ),
  refuses('5/3.9.3-1 4/3.9.3-1', 'no code', ALL, suback(), PROTOCOL_ERROR, BROKER),
  ...SUBACK_OF_5.map((code) =>
    accepts(SUBACK_CODES, `the code ${code}`, [5], suback(code), { reasonCodes: [code] }, BROKER),
  ),
  ...others(SUBACK_OF_5).map((code) =>
    refuses(SUBACK_CODES, `the code ${code}`, [5], suback(0, code), PROTOCOL_ERROR, BROKER),
  ),
  ...[...GRANTED, 0x80].map((code) =>
    accepts(SUBACK_CODES, `the code ${code}`, [3, 4], suback(code), { reasonCodes: [code] }, BROKER),
  ),
  ...[3, 0x87, 0x8f, 0xff].map((code) =>
    refuses(SUBACK_CODES, `the code ${code}`, [3, 4], suback(code), PROTOCOL_ERROR, BROKER),
  ),
  refuses('5/2.2.1-3 4/2.3.1-1', 'the packet id 0', ALL, packet(0x90, u16(0), props(), 0), PROTOCOL_ERROR, BROKER),
  refuses('5/1.5.2', 'half a packet id', ALL, packet(0x90, 7), MALFORMED, BROKER),
];

const UNSUBACK_OF_5 = [0, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91];
const unsuback = (...given: number[]) => packet(0xb0, u16(7), props(), ...given);

const unsubacks: Row[] = [
  accepts(
    '5/3.11.3-1',
    'codes in their order',
    [5],
    unsuback(0x11, 0, 0x87),
    { packetId: 7, reasonCodes: [0x11, 0, 0x87] },
    BROKER,
  ),
  refuses('5/3.11.3-1', 'no code', [5], unsuback(), PROTOCOL_ERROR, BROKER),
  ...UNSUBACK_OF_5.map((code) =>
    accepts('5/3.11.3-2', `the code ${code}`, [5], unsuback(code), { reasonCodes: [code] }, BROKER),
  ),
  ...others(UNSUBACK_OF_5).map((code) =>
    refuses('5/3.11.3-2', `the code ${code}`, [5], unsuback(code), PROTOCOL_ERROR, BROKER),
  ),
  accepts(
    '4/3.11.3',
    'no code, since it has no payload',
    [3, 4],
    packet(0xb0, u16(7)),
    { packetId: 7, reasonCodes: [] },
    BROKER,
  ),
  refuses('4/3.11.3 5/2.1.4', 'a code, where it has no payload', [3, 4], packet(0xb0, u16(7), 0), MALFORMED, BROKER),
  refuses('5/2.2.1-3 4/2.3.1-1', 'the packet id 0', ALL, packet(0xb0, u16(0), props()), PROTOCOL_ERROR, BROKER),
];

export const ANSWERS: readonly Row[] = [...connacks, ...subacks, ...unsubacks];

/** All bytes that are none of these. */
function others(known: readonly number[]): number[] {
  return Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !known.includes(byte));
}
