/** Pins that what is written is read as it was, in every version and direction and however the bytes are split; and what is read, can be written. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '../../../../src/brokers/embedded/packets/encode.ts';
import type { Level, Packet, Side } from '../../../../src/brokers/embedded/packets/packet.ts';
import { connects, packetKinds, packets } from '../../../support/brokers/mqtt-arbitraries.ts';
import { split } from '../../../support/brokers/split.ts';
import { readAll } from './reading.ts';

const LEVELS: readonly Level[] = [3, 4, 5];
const SIDES: readonly Side[] = ['client', 'broker'];
const VERSIONS = LEVELS.flatMap((level) => SIDES.map((from) => ({ level, from })));

describe.each(VERSIONS)('version $level of a $from', ({ level, from }) => {
  it.each(Object.entries(packetKinds(level, from)))('%s', (_kind, packet) => {
    fc.assert(
      fc.property(packet, (sent) => {
        expect(readAll(from, level, [encode(sent, level)])).toEqual([sent]);
      }),
    );
  });

  it('any sequence, split anywhere', () => {
    fc.assert(
      fc.property(
        fc.array(packets(level, from), { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (sent, cuts) => {
          const bytes = Buffer.concat(sent.map((packet) => encode(packet, level)));
          expect(readAll(from, level, split(bytes, cuts))).toEqual(sent);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe.each(LEVELS)('a connection of version %s', (level) => {
  it('begins with CONNECT, which tells the version', () => {
    fc.assert(
      fc.property(
        connects(level),
        fc.array(packets(level, 'client'), { maxLength: 4 }),
        fc.array(fc.nat()),
        (first, more, cuts) => {
          const sent: Packet[] = [first, ...more];
          const bytes = Buffer.concat(sent.map((packet) => encode(packet, level)));
          expect(readAll('client', undefined, split(bytes, cuts))).toEqual(sent);
        },
      ),
      { numRuns: 200 },
    );
  });
});
