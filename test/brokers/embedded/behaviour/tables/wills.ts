/** Owns the rows about wills: kept, published once, or taken back. */

import { expect } from 'vitest';
import type { Level } from '../../../../../src/brokers/embedded/packets/packet.ts';
import { kept, type World, willOf } from '../../../../support/brokers/memory-peer.ts';
import { ALL, ONLY_5, type Row, shows } from '../row.ts';

export const WILLS: readonly Row[] = [
  shows(
    '5/3.1.2-7 5/3.1.2-8 4/3.1.2-8',
    'the will of a client that is lost is published',
    ALL,
    async (world, level) => {
      const reader = await readerOf(world, level);
      const one = await world.client(level, { clientId: 'one', will: willOf() });
      expect(reader.texts()).toEqual([]);
      await one.cut();
      expect(reader.texts()).toEqual(['gone']);
    },
  ),
  shows('5/3.1.2-8', 'also when it has sent what is malformed', ALL, async (world, level) => {
    const reader = await readerOf(world, level);
    const one = await world.client(level, { clientId: 'one', will: willOf() });
    await one.sayBytes(Buffer.from([0x00, 0x00]));
    expect(reader.texts()).toEqual(['gone']);
  }),
  shows('5/3.1.2-8 4/3.1.2-8', 'also when it says nothing for too long', ALL, async (world, level) => {
    const reader = await readerOf(world, level);
    await world.client(level, { clientId: 'one', keepAliveSeconds: 10, will: willOf() });
    world.clock.advance(17_000);
    await world.settle();
    expect(reader.texts()).toEqual(['gone']);
  }),
  shows('5/3.1.2-8 5/3.1.4-3', 'also when another connection takes its place', ALL, async (world, level) => {
    const reader = await readerOf(world, level);
    await world.client(level, { clientId: 'one', will: willOf() });
    await world.client(level, { clientId: 'one' });
    expect(reader.texts()).toEqual(['gone']);
  }),
  shows(
    '5/3.1.2-8 5/3.1.2-10 5/3.14.4-3 4/3.1.2-8 4/3.1.2-10 4/3.14.4-3',
    'who says goodbye has no will any more',
    ALL,
    async (world, level) => {
      const reader = await readerOf(world, level);
      const one = await world.client(level, { clientId: 'one', will: willOf() });
      await one.leave();
      await one.cut();
      expect(reader.texts()).toEqual([]);
    },
  ),
  shows('5/3.1.2-8', 'unless it says that it wants it', ONLY_5, async (world, level) => {
    const reader = await readerOf(world, level);
    const one = await world.client(level, { clientId: 'one', will: willOf() });
    await one.leave(0x04);
    expect(reader.texts()).toEqual(['gone']);
  }),
  shows('5/3.1.2-10 4/3.1.2-10', 'a will is published once', ALL, async (world, level) => {
    const reader = await readerOf(world, level);
    const one = await world.client(level, { ...kept(level, 'one'), will: willOf() });
    await one.cut();
    expect(reader.texts()).toEqual(['gone']);
    const again = await world.client(level, kept(level, 'one'));
    await again.cut();
    world.clock.advance(10_000_000);
    await world.settle();
    expect(reader.texts()).toEqual([]);
  }),
  shows('4/3.1.2-12', 'where no will was left, none is published', ALL, async (world, level) => {
    const reader = await readerOf(world, level, '#');
    expect(reader.texts()).toEqual(['online']);
    const one = await world.client(level, { clientId: 'one' });
    await one.cut();
    expect(reader.texts()).toEqual([]);
  }),
  shows('5/3.1.2-14 4/3.1.2-16', 'a will without the retain flag is not retained', ALL, async (world, level) => {
    const one = await world.client(level, { clientId: 'one', will: willOf({ retain: false }) });
    await one.cut();
    expect((await readerOf(world, level)).texts()).toEqual([]);
  }),
  shows('5/3.1.2-15 4/3.1.2-17', 'a will with the retain flag is retained', ALL, async (world, level) => {
    const one = await world.client(level, { clientId: 'one', will: willOf({ retain: true }) });
    await one.cut();
    expect((await readerOf(world, level)).messages()).toMatchObject([{ retain: true, payload: Buffer.from('gone') }]);
  }),
  shows('5/3.1.2-8', 'a will keeps its QoS and its properties', ONLY_5, async (world, level) => {
    const reader = await readerOf(world, level);
    const properties = { contentType: 'text/plain', userProperties: [['a', '1']] } as const;
    const one = await world.client(level, { clientId: 'one', will: willOf({ qos: 2, properties }) });
    await one.cut();
    expect(reader.messages()).toMatchObject([{ qos: 2, properties }]);
  }),
  shows('5/3.1.2-8', 'a will with a delay waits for it', ONLY_5, async (world, level) => {
    const reader = await readerOf(world, level);
    const one = await world.client(level, { ...kept(level, 'one'), will: willOf({ delaySeconds: 10 }) });
    await one.cut();
    world.clock.advance(9000);
    await world.settle();
    expect(reader.texts()).toEqual([]);
    world.clock.advance(1000);
    await world.settle();
    expect(reader.texts()).toEqual(['gone']);
  }),
  shows('5/3.1.2-8', 'but not longer than its session', ONLY_5, async (world, level) => {
    const reader = await readerOf(world, level);
    const one = await world.client(level, { ...kept(level, 'one', 3), will: willOf({ delaySeconds: 10 }) });
    await one.cut();
    world.clock.advance(3000);
    await world.settle();
    expect(reader.texts()).toEqual(['gone']);
  }),
  shows('5/3.1.3-9 5/3.1.2-8', 'and is not published when its client is back in time', ONLY_5, async (world, level) => {
    const reader = await readerOf(world, level);
    const one = await world.client(level, { ...kept(level, 'one'), will: willOf({ delaySeconds: 10 }) });
    await one.cut();
    world.clock.advance(9000);
    await world.client(level, kept(level, 'one'));
    world.clock.advance(60_000);
    await world.settle();
    expect(reader.texts()).toEqual([]);
  }),
  shows(
    '5/3.1.2-8',
    'a clean start ends the session before the delay, and so brings the will',
    ONLY_5,
    async (world, level) => {
      const reader = await readerOf(world, level);
      const one = await world.client(level, { ...kept(level, 'one'), will: willOf({ delaySeconds: 10 }) });
      await one.cut();
      await world.client(level, { clientId: 'one', cleanStart: true });
      expect(reader.texts()).toEqual(['gone']);
    },
  ),
];

async function readerOf(world: World, level: Level, filter = 'will') {
  const reader = await world.client(level, { clientId: 'reader' });
  await reader.subscribe(filter);
  return reader;
}
