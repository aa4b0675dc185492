/** Owns the rows about retained messages: which are kept, and who gets them when. */

import { expect } from 'vitest';
import type { Level } from '../../../../../src/brokers/embedded/packets/packet.ts';
import type { World } from '../../../../support/brokers/memory-peer.ts';
import { ALL, ONLY_5, type Row, shows } from '../row.ts';

export const RETAINED: readonly Row[] = [
  shows(
    '5/3.3.1-5 5/3.3.1-9 5/3.8.4-4 4/3.3.1-5 4/3.3.1-6 4/3.3.1-7 4/3.3.1-8 4/3.8.4-3',
    'the last retained message of a topic is sent to each new subscription, flagged as such',
    ALL,
    async (world, level) => {
      const one = await world.client(level);
      await one.publish('a', 'first', { retain: true, qos: 1 });
      await one.publish('a', 'last', { retain: true });
      expect(await textsOf(world, level)).toEqual(['last retained']);
    },
  ),
  shows('5/3.3.1-9 4/3.8.4-3', 'and to one that is made again', ALL, async (world, level) => {
    const one = await world.client(level);
    await one.publish('a', 'x', { retain: true });
    await one.subscribe('a');
    expect((await one.subscribe('a')).map(({ kind }) => kind)).toEqual(['suback', 'publish']);
  }),
  shows(
    '5/3.3.1-6 5/3.3.1-7 4/3.3.1-10 4/3.3.1-11',
    'an empty one is passed on, clears the topic and is not kept',
    ALL,
    async (world, level) => {
      const one = await world.client(level);
      await one.publish('a', 'x', { retain: true });
      await one.subscribe('a');
      expect(one.texts()).toEqual(['x']);
      await one.publish('a', '', { retain: true });
      expect(one.messages()).toMatchObject([{ payload: Buffer.alloc(0), retain: false }]);
      expect(await textsOf(world, level)).toEqual([]);
    },
  ),
  shows('5/3.3.1-8 4/3.3.1-12', 'without the flag nothing is kept, removed or replaced', ALL, async (world, level) => {
    const one = await world.client(level);
    await one.publish('a', 'x');
    expect(await textsOf(world, level)).toEqual([]);
    await one.publish('a', 'kept', { retain: true });
    await one.publish('a', 'other');
    await one.publish('a', '');
    expect(await textsOf(world, level)).toEqual(['kept retained']);
  }),
  shows('5/3.3.1-12 4/3.3.1-9', 'who has subscribed already gets it without the flag', ALL, async (world, level) => {
    const one = await world.client(level);
    await one.subscribe('a');
    await one.publish('a', 'x', { retain: true });
    expect(one.messages()).toMatchObject([{ retain: false }]);
  }),
  shows('5/3.3.1-13', 'unless it wants the flag as it was published', ONLY_5, async (world, level) => {
    const one = await world.client(level);
    await one.subscribe('a', { retainAsPublished: true });
    await one.publish('a', 'x', { retain: true });
    await one.publish('a', 'y');
    expect(one.messages()).toMatchObject([{ retain: true }, { retain: false }]);
  }),
  shows('5/3.3.1-10', 'who wants them for new subscriptions only gets them once', ONLY_5, async (world, level) => {
    const one = await world.client(level);
    await one.publish('a', 'x', { retain: true });
    const wish = { retainHandling: 1 } as const;
    expect((await one.subscribe('a', wish)).map(({ kind }) => kind)).toEqual(['suback', 'publish']);
    expect((await one.subscribe('a', wish)).map(({ kind }) => kind)).toEqual(['suback']);
  }),
  shows('5/3.3.1-11', 'who wants none gets none', ONLY_5, async (world, level) => {
    const one = await world.client(level);
    await one.publish('a', 'x', { retain: true });
    expect((await one.subscribe('a', { retainHandling: 2 })).map(({ kind }) => kind)).toEqual(['suback']);
  }),
  shows('5/3.3.2-5', 'one that is too old is not sent any more', ONLY_5, async (world, level) => {
    const one = await world.client(level);
    await one.publish('a', 'x', { retain: true, properties: { expirySeconds: 10 } });
    world.clock.advance(11_000);
    expect(await textsOf(world, level)).toEqual([]);
  }),
  shows('5/3.8.4-8 4/3.8.4-6', 'it comes at the lower one of both QoS', ALL, async (world, level) => {
    const one = await world.client(level);
    await one.publish('a', 'x', { retain: true, qos: 2 });
    expect(await one.subscribe('a', { qos: 1 })).toMatchObject([{ kind: 'suback' }, { kind: 'publish', qos: 1 }]);
  }),
];

/** What somebody gets who subscribes now. */
async function textsOf(world: World, level: Level): Promise<string[]> {
  const late = await world.client(level, { clientId: 'late' });
  const answers = await late.subscribe('a');
  return answers.flatMap((packet) =>
    packet.kind === 'publish' ? [`${packet.payload.toString()}${packet.retain ? ' retained' : ''}`] : [],
  );
}
