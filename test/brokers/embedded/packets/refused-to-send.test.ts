/** Pins that nothing is ever written that the codec itself would not read: what cannot be said is a PacketError. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '../../../../src/brokers/embedded/packets/encode.ts';
import type { Connect, Level, Packet } from '../../../../src/brokers/embedded/packets/packet.ts';
import { PacketError } from '../../../../src/brokers/embedded/packets/packet-error.ts';
import { connects, packets } from '../../../support/brokers/mqtt-arbitraries.ts';
import { NOTHING, CONNECT as PLAIN, PUBLISH, SUBSCRIBE, SUBSCRIPTION } from './plain.ts';
import { readAll } from './reading.ts';
import { spoil, wrongValues } from './spoil.ts';

const LEVELS: readonly Level[] = [3, 4, 5];

const CONNECT: Connect = { ...PLAIN, level: 4 };

const FOREIGN = { contentType: 'text', receiveMaximum: 5 };
const WILL = { topic: 'a', payload: NOTHING, qos: 0, retain: false, delaySeconds: 0 } as const;

describe.each(LEVELS)('version %s', (level) => {
  it('writes only what it reads', () => {
    const packet = fc.oneof(connects(level), packets(level, 'client'), packets(level, 'broker'));
    const path = fc.array(fc.nat(30), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(packet, path, wrongValues, (good, at, wrong) => {
        const spoilt = spoil(good, at, wrong);
        const bytes = written(spoilt, level);
        if (bytes === undefined) return;
        const read = readBySomebody(bytes, spoilt.kind, level);
        expect(read).toMatchObject({ kind: spoilt.kind });
        // Older versions leave out what they cannot say, and an empty list is none.
        if (level === 5 && wrong.list.length > 0) expect(read).toEqual(spoilt);
      }),
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
  ['a CONNECT with a password but no user name', 4, { ...CONNECT, password: Buffer.from('x') }],
  ['a CONNECT without a client id for a session to keep', 4, { ...CONNECT, clientId: '', cleanStart: false }],
  ['a PUBLISH without a topic', 4, { ...PUBLISH, topic: '', payload: NOTHING }],
  ['a PUBLISH without topic and alias', 5, { ...PUBLISH, topic: '', payload: NOTHING }],
  ['a SUBSCRIBE without a filter', 4, { ...SUBSCRIBE, subscriptions: [] }],
  ['an UNSUBSCRIBE without a filter', 4, { kind: 'unsubscribe', packetId: 1, filters: [], userProperties: [] }],
  ['a SUBACK without a code', 4, { kind: 'suback', packetId: 1, reasonCodes: [], properties: {} }],
  ['an UNSUBACK without a code', 5, { kind: 'unsuback', packetId: 1, reasonCodes: [], properties: {} }],
  ['a CONNECT of another version', 4, { ...CONNECT, level: 5 }],
  ['10,001 subscriptions', 5, { ...SUBSCRIBE, subscriptions: Array(10_001).fill(SUBSCRIPTION) }],
  [
    '10,001 user properties',
    5,
    { ...PUBLISH, payload: NOTHING, properties: { userProperties: Array(10_001).fill(['n', 'v']) } },
  ],
  [
    '10,001 subscription identifiers',
    5,
    { ...PUBLISH, payload: NOTHING, properties: { subscriptionIds: Array(10_001).fill(1) } },
  ],
  ['a PUBLISH with a property of CONNECT', 5, { ...PUBLISH, payload: NOTHING, properties: FOREIGN }],
  ['a will with a property of CONNECT', 5, { ...CONNECT, level: 5, will: { ...WILL, properties: FOREIGN } }],
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
