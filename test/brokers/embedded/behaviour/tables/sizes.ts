/** Owns the rows about packets that are larger than their client takes. */

import { expect } from 'vitest';
import { kept, subscribeOf } from '../../../../support/brokers/memory-peer.ts';
import { ONLY_5, type Row, shows } from '../row.ts';

export const SIZES: readonly Row[] = [
  shows(
    '5/3.1.2-24 5/3.1.2-25',
    'what is too large for a client is dropped for it alone, and the next one comes',
    ONLY_5,
    async (world, level) => {
      const small = await world.client(level, {
        clientId: 'small',
        properties: { maximumPacketBytes: 60, receiveMaximum: 1 },
      });
      const large = await world.client(level, { clientId: 'large' });
      for (const peer of [small, large]) await peer.subscribe('a');
      for (const [index, length] of [100, 3].entries()) {
        await large.publish('a', 'x'.repeat(length), { qos: 1, packetId: index + 1 });
      }
      expect(large.messages()).toHaveLength(2);
      expect(small.texts()).toEqual(['xxx']);
    },
  ),
  shows('5/3.1.2-25', 'also where it has waited', ONLY_5, async (world, level) => {
    const asked = kept(level, 'small');
    const small = await world.client(level, asked);
    await small.say(subscribeOf(['a']));
    await small.cut();
    const one = await world.client(level);
    await one.publish('a', 'x'.repeat(100), { qos: 2 });
    await one.publish('a', 'xxx', { qos: 2, packetId: 2 });
    const again = await world.client(level, { ...asked, properties: { ...asked.properties, maximumPacketBytes: 60 } });
    expect(again.texts()).toEqual(['xxx']);
  }),
  shows(
    '5/3.1.2-24 5/3.2.2-19',
    'a CONNACK leaves its reason out where there is no room for it',
    ONLY_5,
    async (world, level) => {
      const { answers } = await world.login(level, { password: 'wrong', properties: { maximumPacketBytes: 10 } });
      expect(answers).toEqual([{ kind: 'connack', sessionPresent: false, reasonCode: 0x86, properties: {} }]);
    },
  ),
  shows('5/3.1.2-24', 'who takes not even a CONNACK is not let in', ONLY_5, async (world, level) => {
    for (const maximumPacketBytes of [1, 5, 10]) {
      const { peer, answers } = await world.login(level, { properties: { maximumPacketBytes } });
      expect(answers.filter((packet) => packet.kind !== 'connack' || packet.reasonCode < 0x80)).toEqual([]);
      expect(peer.isClosed).toBe(true);
    }
  }),
  shows(
    '5/3.1.2-24 5/3.14.2-3',
    'a DISCONNECT leaves its reason out where there is no room for it',
    ONLY_5,
    async (world, level) => {
      const one = await world.client(level, { properties: { maximumPacketBytes: 20 } });
      expect(await one.sayBytes(Buffer.from([0x36, 0]))).toEqual([
        { kind: 'disconnect', reasonCode: 0x81, properties: {} },
      ]);
    },
  ),
  shows('5/3.1.2-24', 'an answer that cannot be shorter ends the connection', ONLY_5, async (world, level) => {
    const one = await world.client(level, { properties: { maximumPacketBytes: 30 } });
    const filters = Array.from({ length: 50 }, (_, index) => `a/${index}`);
    expect(await one.say(subscribeOf(filters))).toMatchObject([{ kind: 'disconnect', reasonCode: 0x95 }]);
    expect(one.isClosed).toBe(true);
  }),
  shows(
    '5/3.1.2-25 5/3.3.2-11',
    'no alias is taken for told that was in a message too large',
    ONLY_5,
    async (world, level) => {
      const one = await world.client(level, { properties: { maximumPacketBytes: 60, topicAliasMaximum: 1 } });
      await one.subscribe('a');
      await one.publish('a', 'x'.repeat(100));
      await one.publish('a', 'y');
      await one.publish('a', 'z');
      expect(one.messages()).toMatchObject([{ topic: 'a' }, { topic: '' }]);
    },
  ),
];
