/** Pins that no bytes do harm: whatever arrives is packets or a PacketError, soon, and what was accepted can be handed on. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decoder } from '../../../../src/brokers/embedded/packets/decoder.ts';
import { encode } from '../../../../src/brokers/embedded/packets/encode.ts';
import type { Level, Packet, Side } from '../../../../src/brokers/embedded/packets/packet.ts';
import { PacketError } from '../../../../src/brokers/embedded/packets/packet-error.ts';
import { connects, packets } from '../../../support/brokers/mqtt-arbitraries.ts';
import { split } from '../../../support/brokers/split.ts';
import { decoderOf, readAll } from './reading.ts';

const LEVELS: readonly Level[] = [3, 4, 5];
const SIDES: readonly Side[] = ['client', 'broker'];
const VERSIONS = LEVELS.flatMap((level) => SIDES.map((from) => ({ level, from })));

/** Bytes that are likely to mean something: lengths, flags, identifiers, the edges. */
const byte = fc.oneof(fc.constantFrom(0, 1, 2, 3, 0x0b, 0x23, 0x26, 0x7f, 0x80, 0xff), fc.nat(255));
const mutation = fc.oneof(
  fc.record({ how: fc.constant('set' as const), at: fc.nat(), byte }),
  fc.record({ how: fc.constant('flip' as const), at: fc.nat(), byte: fc.nat(7).map((bit) => 1 << bit) }),
  fc.record({ how: fc.constant('insert' as const), at: fc.nat(), byte }),
  fc.record({ how: fc.constant('remove' as const), at: fc.nat(), byte }),
  fc.record({ how: fc.constant('cut' as const), at: fc.nat(), byte }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never;
const mutations = fc.array(mutation, { minLength: 1, maxLength: 5 });

describe.each(VERSIONS)('bytes of a $from of version $level', ({ level, from }) => {
  it('that are nearly right', () => {
    fc.assert(
      fc.property(
        fc.array(packets(level, from), { minLength: 1, maxLength: 3 }),
        mutations,
        fc.array(fc.nat()),
        (sent, changes, cuts) => {
          const whole = Buffer.concat(sent.map((packet) => encode(packet, level)));
          survives(from, level, split(changes.reduce(mutate, whole), cuts));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('that are noise', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 30 })), (chunks) => {
        survives(
          from,
          level,
          chunks.map((chunk) => Buffer.from(chunk)),
        );
      }),
      { numRuns: 2000 },
    );
  });
});

it.each(LEVELS)('a CONNECT of version %s that is nearly right', (level) => {
  fc.assert(
    fc.property(connects(level), mutations, fc.array(fc.nat()), (connect, changes, cuts) => {
      survives('client', undefined, split(changes.reduce(mutate, encode(connect, level)), cuts));
    }),
    { numRuns: 5000 },
  );
});

function survives(from: Side, level: Level | undefined, chunks: readonly Buffer[]): void {
  const decoder = decoderOf(from, level);
  const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
  const accepted: Packet[] = [];
  try {
    for (const chunk of chunks) {
      decoder.push(chunk);
      for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) {
        accepted.push(packet);
        // No packet has fewer than two bytes.
        if (accepted.length * 2 > bytes) throw new Error('more packets than there can be');
      }
    }
  } catch (error) {
    expect(error).toBeInstanceOf(PacketError);
    isDead(decoder, error);
  }
  for (const packet of accepted) canBeHandedOn(packet, from, decoder.level ?? 5);
}

function isDead(decoder: Decoder<Packet>, error: unknown): void {
  decoder.push(Buffer.from([0xc0, 0]));
  expect(() => decoder.next()).toThrow(error instanceof Error ? error : 'never');
  expect(decoder.buffered).toBe(0);
}

function canBeHandedOn(packet: Packet, from: Side, level: Level): void {
  const isFirst = packet.kind === 'connect';
  expect(readAll(from, isFirst ? undefined : level, [encode(packet, level)])).toEqual([packet]);
}

function mutate(bytes: Buffer, { how, at, byte: value }: Mutation): Buffer {
  const place = bytes.length === 0 ? 0 : at % bytes.length;
  const before = bytes.subarray(0, place);
  const after = bytes.subarray(place + 1);
  const old = bytes[place] ?? 0;
  switch (how) {
    case 'set':
      return Buffer.concat([before, Buffer.from([value]), after]);
    case 'flip':
      return Buffer.concat([before, Buffer.from([old ^ value]), after]);
    case 'insert':
      return Buffer.concat([before, Buffer.from([value, old]), after]);
    case 'remove':
      return Buffer.concat([before, after]);
    case 'cut':
      return before;
  }
}
