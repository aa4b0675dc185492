/** Pins that no packet, however spoilt, does harm: nothing of the broker fails, and who asks meanwhile is answered within a few turns. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encode } from '../../../src/brokers/embedded/packets/encode.ts';
import type { ClientPacket, Connect, Level } from '../../../src/brokers/embedded/packets/packet.ts';
import { memoryBroker } from '../../support/brokers/memory-broker.ts';
import { connectOf, publishOf, subscribeOf } from '../../support/brokers/memory-peer.ts';
import { connects, packets } from '../../support/brokers/mqtt-arbitraries.ts';
import { mutate, mutations } from '../../support/brokers/mutation.ts';
import { split } from '../../support/brokers/split.ts';

const SPOILT = 50_000;
const SPOILT_PER_RUN = 100;
/** On average they are half as long as they may be. */
const RUNS = Math.ceil((2.2 * SPOILT) / SPOILT_PER_RUN);
const SEED = 20_261_129;
/** Of work there are 2 ms in a turn, and of writing twice 2 ms: these are less than 50 ms. */
const PATIENCE_TURNS = 8;
/** What passes between two looks at the clock: each turn is over after one piece of work, so that whose turn is next shows. */
const LOOK_MS = 2;
/** Would take more turns than that, if nobody else had one. */
const FLOOD = Buffer.concat(Array<Buffer>(1000).fill(encode(publishOf('a', 'x'), 5)));

/** One connection: good packets, one that is spoilt, and whatever follows it. */
interface Attack {
  readonly bytes: Buffer;
  readonly cuts: readonly number[];
}

const level = fc.constantFrom<Level>(3, 4, 5);
const clientId = fc.constantFrom('one', 'two', 'three');
const cuts = fc.array(fc.nat(), { maxLength: 3 });
/** Packets that mean something to each other, which random ones hardly do. */
const familiar: fc.Arbitrary<ClientPacket> = fc.oneof(
  fc.constantFrom('a', 'a/#', '+/b', 'alice/#', '$share/g/a', '#').map((filter) => subscribeOf([filter])),
  fc
    .record({ topic: fc.constantFrom('a', 'a/b', 'alice/x'), qos: fc.constantFrom(0, 1, 2), retain: fc.boolean() })
    .map(({ topic, ...words }) => publishOf(topic, 'x', words)),
  fc
    .record({
      kind: fc.constantFrom('puback', 'pubrec', 'pubrel', 'pubcomp'),
      packetId: fc.integer({ min: 1, max: 4 }),
    })
    .map((acknowledgement) => ({ ...acknowledgement, reasonCode: 0, properties: {} })),
);

const ofStrangers: fc.Arbitrary<Attack> = level.chain((version) =>
  fc
    .record({ connect: connects(version), changes: mutations, more: fc.array(familiar, { maxLength: 2 }), cuts })
    .map(({ connect, changes, more, ...attack }) => {
      const spoilt = changes.reduce(mutate, encode(connect, version));
      return { ...attack, bytes: Buffer.concat([spoilt, ...more.map((one) => encode(one, version))]) };
    }),
);

const ofAccounts: fc.Arbitrary<Attack> = level.chain((version) => {
  const any = fc.oneof(familiar, packets(version, 'client'));
  return fc
    .record({
      connect: connects(version),
      username: fc.constantFrom('root', 'alice'),
      clientId,
      before: fc.array(familiar, { maxLength: 2 }),
      packet: any,
      changes: mutations,
      after: fc.array(any, { maxLength: 1 }),
      cuts,
    })
    .map(({ connect, username, clientId: name, before, packet, changes, after, ...attack }) => {
      const good = [loggingIn(connect, username, name), ...before].map((one) => encode(one, version));
      const spoilt = changes.reduce(mutate, encode(packet, version));
      const rest = after.map((one) => encode(one, version));
      return { ...attack, bytes: Buffer.concat([...good, spoilt, ...rest]) };
    });
});

it('50,000 spoilt packets, of strangers and of accounts, over all versions', async () => {
  const attacks = fc.array(fc.oneof(ofStrangers, ofAccounts), { minLength: 1, maxLength: SPOILT_PER_RUN, size: 'max' });
  let spoilt = 0;
  await fc.assert(
    fc.asyncProperty(attacks, async (run) => {
      spoilt += run.length;
      await survives(run);
    }),
    { seed: SEED, numRuns: RUNS },
  );
  expect(spoilt).toBeGreaterThanOrEqual(SPOILT);
});

async function survives(attacks: readonly Attack[]): Promise<void> {
  let looks = 0;
  const world = memoryBroker({}, () => {
    looks += 1;
    return looks * LOOK_MS;
  });
  world.directory.add('instance', 'carol');
  const carol = world.connect(5);
  carol.send(connectOf(5, { username: 'carol' }), subscribeOf(['carol/x']));
  const flooder = world.connect(5);
  flooder.send(connectOf(5, { clientId: 'flooder' }));
  await world.settle();
  flooder.sendBytes(FLOOD);

  for (const { bytes, cuts: places } of attacks) {
    // Nobody reads what it is answered: it may have spoilt its own version.
    const attacker = world.open(() => undefined);
    for (const chunk of split(bytes, places)) attacker.sendBytes(chunk);
  }
  expect(await turnsToAnswer()).toBeLessThanOrEqual(PATIENCE_TURNS);
  await world.settle();
  // Wills become due, sessions end, who says nothing is sent away.
  world.clock.advance(60_000);
  expect(await turnsToAnswer()).toBeLessThanOrEqual(PATIENCE_TURNS);
  await world.settle();
  world.close();
  expect(world.log.visible().filter((line) => line.startsWith('error'))).toEqual([]);

  async function turnsToAnswer(): Promise<number> {
    carol.take();
    carol.send(publishOf('carol/x', 'are you there?', { qos: 1 }));
    const kinds: string[] = [];
    let turns = 0;
    for (; turns <= PATIENCE_TURNS && !(kinds.includes('publish') && kinds.includes('puback')); turns += 1) {
      await world.turn();
      kinds.push(...carol.take().map(({ kind }) => kind));
    }
    return turns;
  }
}

function loggingIn(connect: Connect, username: string, name: string): Connect {
  const { authenticationMethod: _, authenticationData: __, ...properties } = connect.properties;
  return { ...connect, username, password: Buffer.from(username), clientId: name, properties };
}
