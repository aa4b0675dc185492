/** Owns the rows about shared subscriptions: each message to one of the group. */

import { expect } from 'vitest';
import type { Level } from '../../../../../src/brokers/embedded/packets/packet.ts';
import { kept, type Peer, type World } from '../../../../support/brokers/memory-peer.ts';
import { ONLY_5, type Row, shows } from '../row.ts';

export const SHARING: readonly Row[] = [
  shows(
    '5/4.8.2-3',
    'each message goes to one of the group, at the QoS of its own subscription',
    ONLY_5,
    async (world, level) => {
      const one = await member(world, level, 'one', 0);
      const other = await member(world, level, 'other', 1);
      await send(world, level, 4);
      const ofOne = one.messages();
      const ofOther = other.messages();
      expect(ofOne.map(({ qos }) => qos)).toEqual([0, 0]);
      expect(ofOther.map(({ qos }) => qos)).toEqual([1, 1]);
      const texts = [...ofOne, ...ofOther].map(({ payload }) => payload.toString());
      expect(new Set(texts)).toEqual(new Set(['1', '2', '3', '4']));
    },
  ),
  shows('5/4.8.2-3', 'the first goes to who came first', ONLY_5, async (world, level) => {
    const one = await member(world, level, 'one', 0);
    const other = await member(world, level, 'other', 0);
    await send(world, level, 3);
    expect(one.texts()).toEqual(['1', '3']);
    expect(other.texts()).toEqual(['2']);
  }),
  shows('5/4.8.2-3', 'beside who has subscribed alone, and beside another group', ONLY_5, async (world, level) => {
    const one = await member(world, level, 'one', 2);
    const other = await world.client(level, { clientId: 'other' });
    await other.subscribe('$share/another/a');
    const alone = await world.client(level, { clientId: 'alone' });
    await alone.subscribe('a');
    await send(world, level, 2);
    for (const each of [one, other, alone]) expect(each.texts()).toEqual(['1', '2']);
  }),
  shows(
    '5/4.8.2-4',
    'one of QoS 2 is brought to its end with who has it, when it is back',
    ONLY_5,
    async (world, level) => {
      const one = await member(world, level, 'one', 2);
      await send(world, level, 1);
      const packetId = one.messages()[0]?.packetId ?? 0;
      const other = await member(world, level, 'other', 2);
      await one.cut();
      const again = await world.client(level, kept(level, 'one'));
      expect(again.messages()).toMatchObject([{ packetId, dup: true }]);
      expect(other.texts()).toEqual([]);
    },
  ),
  shows('5/4.8.2-5', 'where the session ends before that, nobody else gets it', ONLY_5, async (world, level) => {
    const one = await member(world, level, 'one', 2);
    await send(world, level, 1);
    const other = await member(world, level, 'other', 2);
    await one.cut();
    await world.client(level, { clientId: 'one', cleanStart: true });
    await world.settle();
    expect(other.texts()).toEqual([]);
  }),
  shows('5/4.8.2-6', 'what one refuses nobody else gets', ONLY_5, async (world, level) => {
    const one = await member(world, level, 'one', 1);
    await send(world, level, 1);
    const packetId = one.messages()[0]?.packetId ?? 0;
    const other = await member(world, level, 'other', 1);
    await one.acknowledge('puback', packetId, 0x80);
    expect(other.texts()).toEqual([]);
  }),
  shows('5/3.8.4-4', 'retained messages are not sent for it', ONLY_5, async (world, level) => {
    const one = await world.client(level, { clientId: 'publisher' });
    await one.publish('a', 'kept', { retain: true });
    expect((await member(world, level, 'one', 1)).texts()).toEqual([]);
  }),
];

async function member(world: World, level: Level, clientId: string, qos: 0 | 1 | 2): Promise<Peer> {
  const peer = await world.client(level, kept(level, clientId));
  await peer.subscribe('$share/group/a', { qos });
  return peer;
}

async function send(world: World, level: Level, count: number): Promise<void> {
  const sender = await world.client(level, { clientId: 'sender' });
  for (let packetId = 1; packetId <= count; packetId += 1) {
    await sender.publish('a', `${packetId}`, { qos: 2, packetId });
  }
}
