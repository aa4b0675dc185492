/** Pins that nothing is ever written that the codec itself would not read: what cannot be said is a PacketError. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '../../../../src/brokers/embedded/packets/encode.ts';
import type { Connect, Level, Packet } from '../../../../src/brokers/embedded/packets/packet.ts';
import { PacketError } from '../../../../src/brokers/embedded/packets/packet-error.ts';
import { connects, packets } from '../../../support/brokers/mqtt-arbitraries.ts';
import { readAll } from './reading.ts';

const LEVELS: readonly Level[] = [3, 4, 5];

/** What some field of a packet is set to, whatever its type says. */
const wrong = fc.constantFrom<unknown>(
  -1,
  0,
  1,
  2,
  3,
  0x10,
  0x18,
  0x80,
  255,
  256,
  65_535,
  65_536,
  4_294_967_295,
  4_294_967_296,
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '',
  '+',
  '#',
  'a/#/b',
  'a+',
  '$share/g',
  '$share//a',
  'a\0b',
  '\u{1}',
  '\u{fffe}',
  '\ud800',
  'x'.repeat(65_536),
  '€'.repeat(22_000),
  Buffer.alloc(0),
  Buffer.alloc(65_536),
  true,
  false,
  [],
  [0],
  [255],
  [1, 2],
  [['a', '\0']],
);

const CONNECT: Connect = {
  kind: 'connect',
  level: 4,
  cleanStart: true,
  keepAliveSeconds: 0,
  clientId: 'c',
  username: undefined,
  password: undefined,
  will: undefined,
  properties: {},
};
const PUBLISH = {
  kind: 'publish',
  dup: false,
  qos: 0,
  retain: false,
  topic: 'a',
  packetId: 0,
  properties: {},
} as const;

describe.each(LEVELS)('version %s', (level) => {
  it('writes only what it reads', () => {
    const packet = fc.oneof(connects(level), packets(level, 'client'), packets(level, 'broker'));
    fc.assert(
      fc.property(
        packet,
        fc.nat(),
        fc.nat(),
        fc.array(wrong, { minLength: 1, maxLength: 2 }),
        (good, place, inner, values) => {
          const spoilt = values.reduce<Packet>((sent, value, index) => spoil(sent, place + index, inner, value), good);
          const bytes = written(spoilt, level);
          if (bytes === undefined) return;
          const read = readBySomebody(bytes, spoilt.kind, level);
          expect(read).toMatchObject({ kind: spoilt.kind });
          // Older versions leave out what they cannot say, and an empty list is none.
          if (level === 5 && !values.some(isEmptyList)) expect(read).toEqual(spoilt);
        },
      ),
      { numRuns: 4000 },
    );
  });
});

it.each<readonly [string, Level, Packet]>([
  ['an AUTH before MQTT 5', 4, { kind: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'm' } }],
  ['an AUTH without a method', 5, { kind: 'auth', reasonCode: 0x18, properties: {} }],
  [
    'an AUTH of success with data but no method',
    5,
    { kind: 'auth', reasonCode: 0, properties: { reasonString: 'so' } },
  ],
  [
    'a CONNECT with data but no method',
    5,
    { ...CONNECT, level: 5, properties: { authenticationData: Buffer.alloc(1) } },
  ],
  [
    'a CONNACK with data but no method',
    5,
    { kind: 'connack', sessionPresent: false, reasonCode: 0, properties: { authenticationData: Buffer.alloc(1) } },
  ],
  ['a CONNECT of another version', 4, { ...CONNECT, level: 5 }],
  ['10,001 filters', 5, { kind: 'unsubscribe', packetId: 1, filters: Array(10_001).fill('a'), userProperties: [] }],
  ['more bytes than a packet can have', 4, { ...PUBLISH, payload: Buffer.alloc(268_435_455) }],
])('%s is not written', (_what, level, packet) => {
  expect(written(packet, level)).toBeUndefined();
});

it('tells a client of MQTT 3.1 nothing of its session, which has no place there', () => {
  const connack = { kind: 'connack', sessionPresent: true, reasonCode: 0, properties: {} } as const;
  expect(encode(connack, 3).toString('hex')).toBe('20020000');
  expect(encode(connack, 4).toString('hex')).toBe('20020100');
});

function written(packet: Packet, level: Level): Buffer | undefined {
  try {
    return encode(packet, level);
  } catch (error) {
    expect(error).toBeInstanceOf(PacketError);
    return undefined;
  }
}

/** The one packet that the bytes are to one side at least. */
function readBySomebody(bytes: Buffer, kind: Packet['kind'], level: Level): Packet | undefined {
  for (const from of ['client', 'broker'] as const) {
    try {
      const read = readAll(from, kind === 'connect' ? undefined : level, [bytes]);
      if (read.length === 1) return read[0];
    } catch (error) {
      expect(error).toBeInstanceOf(PacketError);
    }
  }
  return undefined;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** Sets one field to a value of the same type that may be wrong: of the packet, or of its will, properties or first subscription. */
function spoil(packet: Packet, place: number, inner: number, value: unknown): Packet {
  const fields = Object.keys(packet).filter((field) => field !== 'kind' && field !== 'level');
  const field = fields[place % Math.max(fields.length, 1)];
  if (field === undefined) return packet;
  return { ...packet, [field]: spoiltValue(Reflect.get(packet, field), inner, value) };
}

function spoiltValue(old: unknown, inner: number, value: unknown): unknown {
  if (Array.isArray(old) && typeof old[0] === 'object' && !Array.isArray(old[0])) {
    return [spoiltValue(old[0], inner, value), ...old.slice(1)];
  }
  if (typeof old === 'object' && old !== null && !Array.isArray(old) && !Buffer.isBuffer(old)) {
    const names = Object.keys(old);
    const name = names[inner % Math.max(names.length, 1)];
    return name === undefined ? old : { ...old, [name]: spoiltValue(Reflect.get(old, name), inner >> 4, value) };
  }
  return isAlike(old, value) ? value : old;
}

/** Types are the compiler's business: here only values are wrong. */
function isAlike(old: unknown, value: unknown): boolean {
  if (Buffer.isBuffer(old) || Buffer.isBuffer(value)) return Buffer.isBuffer(old) && Buffer.isBuffer(value);
  if (Array.isArray(old) && Array.isArray(value)) return typeof old[0] === typeof value[0] || value.length === 0;
  return typeof old === typeof value && !Array.isArray(old) && !Array.isArray(value);
}
