/** Pins that a message on its way to many readers reaches all of them, whatever becomes of its publisher meanwhile. */

import { expect, it } from 'vitest';
import type { Level } from '../../../src/brokers/embedded/packets/packet.ts';
import { memoryBroker } from '../../support/brokers/memory-broker.ts';
import { connectOf, publishOf, subscribeOf } from '../../support/brokers/memory-peer.ts';

const READERS = 500;

it.each<Level>([4, 5])('also when another connection takes its place, over version %i', async (level) => {
  let looks = 0;
  // Each turn is over after one piece of work.
  const world = memoryBroker({}, () => {
    looks += 2;
    return looks;
  });
  const readers = Array.from({ length: READERS }, (_, index) => {
    const reader = world.connect(level);
    reader.send(connectOf(level, { clientId: `reader ${index}` }), subscribeOf(['a']));
    return reader;
  });
  const heard = () => readers.filter((reader) => reader.take().some(({ kind }) => kind === 'publish')).length;
  const publisher = () => world.connect(level);
  const first = publisher();
  first.send(connectOf(level, { clientId: 'publisher', cleanStart: false }));
  await world.settle();
  heard();

  first.send(publishOf('a', 'x', { qos: 2 }));
  let early = 0;
  while (early === 0) {
    await world.turn();
    early += heard();
  }
  expect(early).toBeLessThan(READERS);
  publisher().send(connectOf(level, { clientId: 'publisher', cleanStart: false }));
  await world.settle();
  expect(early + heard()).toBe(READERS);
});
