/** Pins that a message written once is right for each of its readers. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '../../../../src/brokers/embedded/packets/encode.ts';
import type { Level, Publish } from '../../../../src/brokers/embedded/packets/packet.ts';
import {
  encodePublishParts,
  type PublishParts,
  type SharedMessage,
  withPacketId,
} from '../../../../src/brokers/embedded/packets/publish.ts';
import { packetKinds } from '../../../support/brokers/mqtt-arbitraries.ts';
import { readAll } from './reading.ts';

const LEVELS: readonly Level[] = [3, 4, 5];
const MESSAGE: SharedMessage = {
  dup: false,
  qos: 1,
  retain: false,
  topic: 'a',
  payload: Buffer.from('x'),
  properties: {},
};

describe.each(LEVELS)('a message of version %s', (level) => {
  const publish = packetKinds(level, 'broker')['publish'] ?? fc.constant({ kind: 'pingresp' as const });

  it('is, with a packet id, what is written for one reader', () => {
    fc.assert(
      fc.property(publish, fc.boolean(), (packet, again) => {
        if (packet.kind !== 'publish') return;
        const parts = encodePublishParts(packet, level);
        const before = Buffer.from(parts.bytes);
        if (packet.qos === 0) {
          expect(parts).toEqual({ bytes: encode(packet, level), packetIdAt: -1 });
          return;
        }
        const sent: Publish = { ...packet, dup: packet.dup || again };
        expect(withPacketId(parts, packet.packetId, again)).toEqual(encode(sent, level));
        expect(inSlices(parts, packet.packetId)).toEqual(encode(packet, level));
        expect(parts.bytes).toEqual(before);
      }),
    );
  });

  it('leaves out what the version cannot say', () => {
    const { bytes } = encodePublishParts({ ...MESSAGE, qos: 0, properties: { contentType: 'text' } }, level);
    expect(readAll('broker', level, [bytes])).toMatchObject([
      { properties: level === 5 ? { contentType: 'text' } : {} },
    ]);
  });
});

it.each([
  [127, 1],
  [128, 2],
  [16_383, 2],
  [16_384, 3],
  [2_097_151, 3],
  [2_097_152, 4],
])('tells of %s bytes in %s', (remaining, lengthBytes) => {
  // The topic takes three of them.
  const { bytes } = encodePublishParts({ ...MESSAGE, qos: 0, payload: Buffer.alloc(remaining - 3) }, 4);
  expect(bytes.length).toBe(1 + lengthBytes + remaining);
  const [read] = readAll('client', 4, [bytes]);
  expect(read?.kind === 'publish' && read.payload.length).toBe(remaining - 3);
});

it('is sent for the first time unless it is said to be sent again', () => {
  const [first, again] = [false, true].map((dup) => encode({ ...MESSAGE, kind: 'publish', packetId: 7, dup }, 5));
  const parts = encodePublishParts(MESSAGE, 5);
  expect([withPacketId(parts, 7), withPacketId(parts, 7, true)]).toEqual([first, again]);
});

it('has no packet id at QoS 0', () => {
  const parts = encodePublishParts({ ...MESSAGE, qos: 0 }, 4);
  expect(() => withPacketId(parts, 1)).toThrow(expect.objectContaining({ clause: '2.2.1-2' }));
  expect(() => withPacketId(parts, 1)).toThrow('no packet identifier');
  expect(() => encode({ ...MESSAGE, kind: 'publish', qos: 0, packetId: 1 }, 4)).toThrow('no packet identifier');
});

it.each([0, -1, 65_536, 1.5, Number.NaN])('has no packet id %s', (packetId) => {
  expect(() => withPacketId(encodePublishParts(MESSAGE, 5), packetId)).toThrow('packet identifier');
});

/** As a large one is sent. */
function inSlices({ bytes, packetIdAt }: PublishParts, packetId: number): Buffer {
  const id = Buffer.from([packetId >> 8, packetId & 0xff]);
  return Buffer.concat([bytes.subarray(0, packetIdAt), id, bytes.subarray(packetIdAt + 2)]);
}
