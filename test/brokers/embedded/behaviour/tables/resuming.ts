/** Owns the rows about what a client gets that is back: what was under way, and nothing that was done with. */

import { expect } from 'vitest';
import { kept } from '../../../../support/brokers/memory-peer.ts';
import { pair } from '../pair.ts';
import { ALL, ONLY_5, type Row, shows } from '../row.ts';

export const RESUMING: readonly Row[] = [
  shows(
    '5/3.3.1-1 5/4.3.2-3 5/4.3.3-3 5/4.4.0-1 4/3.3.1-1 4/4.4.0-1 4/4.3.2-1 4/4.3.3-1',
    'what was not acknowledged is sent again on the next connection: the same id, in its order, marked',
    ALL,
    async (world, level) => {
      const { reader, one } = await pair(world, level);
      for (const [index, qos] of ([1, 2, 1] as const).entries()) {
        await one.publish('a', `${index}`, { qos, packetId: index + 1 });
      }
      const before = reader.messages();
      await reader.cut();
      const again = await world.client(level, kept(level, 'reader'));
      expect(again.messages()).toEqual(before.map((message) => ({ ...message, dup: true })));
    },
  ),
  shows('5/4.4.0-1', 'and at no other time', ALL, async (world, level) => {
    const { reader, one } = await pair(world, level);
    await one.publish('a', 'x', { qos: 1 });
    await one.publish('a', 'y', { qos: 2, packetId: 2 });
    expect(reader.texts()).toEqual(['x', 'y']);
    world.clock.advance(3_600_000);
    await world.settle();
    await reader.ping();
    expect(reader.texts()).toEqual([]);
  }),
  shows(
    '5/4.3.3-5 5/4.3.3-6 5/4.4.0-1 4/4.3.3-1 4/4.4.0-1',
    'after PUBREC it is PUBREL that is sent again, never the message',
    ALL,
    async (world, level) => {
      const { reader, one } = await pair(world, level);
      await one.publish('a', 'x', { qos: 2 });
      const packetId = reader.messages()[0]?.packetId ?? 0;
      await reader.acknowledge('pubrec', packetId);
      await reader.cut();
      const again = await world.client(level, kept(level, 'reader'));
      expect(again.greeting).toMatchObject([{ kind: 'pubrel', packetId }]);
      await again.acknowledge('pubcomp', packetId);
      await again.cut();
      expect((await world.client(level, kept(level, 'reader'))).greeting).toEqual([]);
    },
  ),
  shows('5/4.4.0-2', 'what was refused is not sent again', ONLY_5, async (world, level) => {
    const { reader, one } = await pair(world, level);
    await one.publish('a', 'x', { qos: 1 });
    await one.publish('a', 'y', { qos: 2, packetId: 2 });
    const [first, second] = reader.messages();
    await reader.acknowledge('puback', first?.packetId ?? 0, 0x80);
    expect(await reader.acknowledge('pubrec', second?.packetId ?? 0, 0x97)).toEqual([]);
    await reader.cut();
    expect((await world.client(level, kept(level, 'reader'))).greeting).toEqual([]);
  }),
  shows(
    '5/4.9.0-1 5/4.4.0-1',
    'what is sent again waits for the window of the new connection',
    ONLY_5,
    async (world, level) => {
      const { reader, one } = await pair(world, level);
      for (const packetId of [1, 2, 3]) await one.publish('a', `${packetId}`, { qos: 1, packetId });
      await reader.cut();
      await one.publish('a', 'new', { qos: 1, packetId: 4 });
      const { properties, ...asked } = kept(level, 'reader');
      const again = await world.client(level, { ...asked, properties: { ...properties, receiveMaximum: 1 } });
      for (const text of ['1', '2', '3', 'new']) {
        const messages = again.messages();
        expect(messages).toMatchObject([{ payload: Buffer.from(text), dup: text !== 'new' }]);
        await again.acknowledge('puback', messages[0]?.packetId ?? 0);
      }
      expect(again.texts()).toEqual([]);
    },
  ),
  shows('5/4.9.0-1', 'what is acknowledged before it comes again does not come again', ONLY_5, async (world, level) => {
    const { reader, one } = await pair(world, level);
    for (const packetId of [1, 2, 3]) await one.publish('a', `${packetId}`, { qos: 1, packetId });
    const [first, second] = reader.messages();
    await reader.cut();
    const { properties, ...asked } = kept(level, 'reader');
    const again = await world.client(level, { ...asked, properties: { ...properties, receiveMaximum: 1 } });
    await again.acknowledge('puback', second?.packetId ?? 0);
    expect(again.texts()).toEqual(['1']);
    await again.acknowledge('puback', first?.packetId ?? 0);
    expect(again.texts()).toEqual(['3']);
  }),
  shows(
    '5/4.3.3-7',
    'what was sent once is brought to its end, also when it has become too old',
    ONLY_5,
    async (world, level) => {
      const { reader, one } = await pair(world, level);
      await one.publish('a', 'x', { qos: 2, properties: { expirySeconds: 10 } });
      const [message] = reader.messages();
      await reader.cut();
      world.clock.advance(20_000);
      const again = await world.client(level, kept(level, 'reader'));
      expect(again.messages()).toMatchObject([{ packetId: message?.packetId, dup: true }]);
    },
  ),
];
