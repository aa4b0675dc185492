/** Pins that no bytes do harm: whatever arrives is packets or a PacketError, soon, and what was accepted can be handed on. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decoder } from '../../../../src/brokers/embedded/packets/decoder.ts';
import { encode } from '../../../../src/brokers/embedded/packets/encode.ts';
import type { Level, Packet, Side } from '../../../../src/brokers/embedded/packets/packet.ts';
import { PacketError } from '../../../../src/brokers/embedded/packets/packet-error.ts';
import { connects, packets } from '../../../support/brokers/mqtt-arbitraries.ts';
import { mutate, mutations } from '../../../support/brokers/mutation.ts';
import { split } from '../../../support/brokers/split.ts';
import { decoderOf, readAll } from './reading.ts';

const LEVELS: readonly Level[] = [3, 4, 5];
const SIDES: readonly Side[] = ['client', 'broker'];
const VERSIONS = LEVELS.flatMap((level) => SIDES.map((from) => ({ level, from })));

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
