/** Pins that what another codec writes for random packets is read as those packets: mqtt-packet, which most clients in Node speak with. */

import fc from 'fast-check';
import { generate } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import type { Level, Packet, Side } from '../../../../src/brokers/embedded/packets/packet.ts';
import { connects, packetKinds } from '../../../support/brokers/mqtt-arbitraries.ts';
import { readAll } from './reading.ts';
import { asTheirs, byName } from './their-packet.ts';

const LEVELS: readonly Level[] = [3, 4, 5];
const SIDES: readonly Side[] = ['client', 'broker'];
const VERSIONS = LEVELS.flatMap((level) => SIDES.map((from) => ({ level, from })));

describe.each(VERSIONS)('version $level of a $from', ({ level, from }) => {
  it.each(Object.entries(packetKinds(level, from)))('%s', (_kind, packet) => {
    fc.assert(
      fc.property(packet, (given) => isReadFromTheirs(given, from, level)),
      { numRuns: 200 },
    );
  });
});

it.each(LEVELS)('connect of version %s', (level) => {
  // They know neither a session resumed without an id nor a password without a user name, which MQTT 5 allows.
  const connect = connects(level)
    .filter(({ clientId, cleanStart }) => clientId !== '' || cleanStart)
    .filter(({ username, password }) => username !== undefined || password === undefined);
  fc.assert(
    fc.property(connect, (given) => isReadFromTheirs(given, 'client', undefined, level)),
    { numRuns: 200 },
  );
});

function isReadFromTheirs(given: Packet, from: Side, level: Level | undefined, version = level ?? 5): void {
  const bytes = generate(asTheirs(given, version), { protocolVersion: version });
  expect(readAll(from, level, [bytes]).map(byName)).toEqual([given].map(byName));
}
