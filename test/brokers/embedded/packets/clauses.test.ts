/** Pins what the codec accepts and refuses, statement by statement of MQTT 5.0 and 3.1.1, and the reason code it refuses with. */

import { describe, expect, it } from 'vitest';
import type { Level, Packet } from '../../../../src/brokers/embedded/packets/packet.ts';
import { PacketError } from '../../../../src/brokers/embedded/packets/packet-error.ts';
import { decoderOf, drain } from './reading.ts';
import type { Row } from './row.ts';
import { TABLES } from './tables.ts';

describe.each(Object.entries(TABLES))('%s', (_table, rows) => {
  const vectors = rows.flatMap((row) => row.levels.map((level) => [titleOf(row, level), row, level] as const));

  it.each(vectors)('%s', (_title, row, level) => {
    const bytes = row.bytes(level);
    check(row, decode(row, level, [bytes]));
    // One byte at a time, where that does not take for ever.
    if (bytes.length < 1000)
      check(
        row,
        decode(
          row,
          level,
          [...bytes].map((byte) => Buffer.from([byte])),
        ),
      );
  });
});

interface Outcome {
  readonly packets: readonly Packet[];
  readonly error: unknown;
  readonly left: number;
}

function decode({ from, begins, maxPacketBytes }: Row, level: Level, chunks: readonly Buffer[]): Outcome {
  const decoder = decoderOf(from, begins ? undefined : level, maxPacketBytes);
  const packets: Packet[] = [];
  try {
    for (const chunk of chunks) {
      decoder.push(chunk);
      packets.push(...drain(decoder));
    }
    return { packets, error: undefined, left: decoder.buffered };
  } catch (error) {
    return { packets, error, left: decoder.buffered };
  }
}

function check({ clauses, verdict }: Row, { packets, error, left }: Outcome): void {
  if ('accepted' in verdict) {
    expect(error).toBeUndefined();
    expect(packets).toMatchObject([verdict.accepted]);
  } else {
    expect(error).toBeInstanceOf(PacketError);
    if (!(error instanceof PacketError)) return;
    expect(error.reasonCode).toBe(verdict.refused);
    expect(clauses).toContain(asWritten(error.clause));
  }
  expect(left).toBe(0);
}

/** As the tables write a clause. */
function asWritten(clause: string): string {
  const [number, version = '5.0'] = clause.split(' of ');
  return `${{ '5.0': 5, '3.1.1': 4, '3.1': 3 }[version]}/${number}`;
}

function titleOf({ clauses, says, verdict, from }: Row, level: Level): string {
  const version = { 3: '3.1', 4: '3.1.1', 5: '5.0' }[level];
  const outcome = 'accepted' in verdict ? 'accepted' : `refused with 0x${verdict.refused.toString(16)}`;
  return `${version}, ${from}: ${says} is ${outcome} [${clauses.join(', ')}]`;
}
