/** Owns the rows about subscriptions: granted, replaced, ended, and which topics they select. */

import { expect } from 'vitest';
import type { Level } from '../../../../../src/brokers/embedded/packets/packet.ts';
import { subscribeOf, type World } from '../../../../support/brokers/memory-peer.ts';
import { ALL, ONLY_5, type Row, shows } from '../row.ts';

export const SUBSCRIBING: readonly Row[] = [
  shows(
    '5/3.8.4-1 5/3.8.4-2 5/3.8.4-5 5/3.8.4-6 5/3.8.4-7 5/2.2.1-6 4/3.8.4-1 4/3.8.4-2 4/3.8.4-4 4/3.8.4-5 4/2.3.1-7',
    'one SUBACK under the id, with a code for each filter in its order',
    ALL,
    async (world, level) => {
      const one = await world.client(level);
      const refused = level === 5 ? 0x87 : 0x80;
      const answers = await one.say(subscribeOf(['a', 'alice/x', 'b'], { packetId: 77, qos: 1 }));
      expect(answers).toMatchObject([{ kind: 'suback', packetId: 77, reasonCodes: [1, refused, 1] }]);
      for (const topic of ['a', 'b']) await one.publish(topic, topic);
      expect(one.texts()).toEqual(['a', 'b']);
    },
  ),
  shows(
    '5/3.8.4-8 5/3.8.4-7 4/3.8.4-6',
    'a message comes at the lower of its QoS and that of the subscription',
    ALL,
    async (world, level) => {
      const one = await world.client(level);
      for (const qos of [0, 1, 2] as const) await one.subscribe(`a/${qos}`, { qos });
      for (const granted of [0, 1, 2]) {
        for (const qos of [0, 1, 2] as const)
          await one.publish(`a/${granted}`, 'x', { qos, packetId: granted * 3 + qos + 1 });
      }
      expect(one.messages().map(({ qos }) => qos)).toEqual([0, 0, 0, 0, 1, 1, 0, 1, 2]);
    },
  ),
  shows('5/3.8.4-3 4/3.8.4-3', 'the same filter again replaces the subscription', ALL, async (world, level) => {
    const one = await world.client(level);
    await one.subscribe('a', { qos: 2 });
    await one.subscribe('a', { qos: 0 });
    await one.publish('a', 'x', { qos: 1 });
    expect(one.messages()).toMatchObject([{ qos: 0 }]);
  }),
  shows(
    '5/3.3.4-2 4/3.3.5-1',
    'of filters that overlap the highest QoS counts, and the message comes once',
    ALL,
    async (world, level) => {
      const one = await world.client(level);
      await one.say(
        subscribeOf(['a/#'], { qos: 0 }),
        subscribeOf(['a/+'], { qos: 2 }),
        subscribeOf(['a/b'], { qos: 1 }),
      );
      await one.publish('a/b', 'x', { qos: 2 });
      expect(one.messages()).toMatchObject([{ qos: 2 }]);
    },
  ),
  shows(
    '5/3.10.4-2 5/3.10.4-4 5/3.10.4-6 4/3.10.4-2 4/3.10.4-4 4/3.10.4-6',
    'UNSUBSCRIBE ends each of its filters, and is answered once',
    ALL,
    async (world, level) => {
      const one = await world.client(level);
      await one.say(subscribeOf(['a', 'b', 'c']));
      const answers = await one.unsubscribe('a', 'b');
      expect(answers).toMatchObject([{ kind: 'unsuback', packetId: 9, reasonCodes: level === 5 ? [0, 0] : [] }]);
      for (const topic of ['a', 'b', 'c']) await one.publish(topic, topic);
      expect(one.texts()).toEqual(['c']);
    },
  ),
  shows('5/3.10.4-2 4/3.10.4-2', 'also of the retained messages no more are sent', ONLY_5, async (world, level) => {
    const other = await world.client(level, { clientId: 'other' });
    for (let index = 1; index <= 9; index += 1) await other.publish(`a/${index}`, 'x', { qos: 1, retain: true });
    const one = await world.client(level, { properties: { receiveMaximum: 1 } });
    await one.subscribe('a/+');
    await one.unsubscribe('a/+');
    // One more may be on its way already.
    const packetIds = one.messages().map(({ packetId }) => packetId);
    await one.acknowledge('puback', packetIds[0] ?? 0);
    const [last, ...others] = one.messages();
    await one.acknowledge('puback', last?.packetId ?? 0);
    expect([...others, ...one.messages()]).toEqual([]);
  }),
  shows('5/3.10.4-5 4/3.10.4-5', 'also where there was no subscription', ALL, async (world, level) => {
    const one = await world.client(level);
    expect(await one.unsubscribe('toString', 'a')).toMatchObject([
      { kind: 'unsuback', packetId: 9, reasonCodes: level === 5 ? [0x11, 0x11] : [] },
    ]);
  }),
  shows('5/3.10.4-1 4/3.10.4-1', 'it ends the filter of exactly these characters', ALL, async (world, level) => {
    const one = await world.client(level);
    await one.say(subscribeOf(['a/+']));
    await one.unsubscribe('a/#', 'a/b', 'A/+', 'a/+/', 'a');
    await one.publish('a/b', 'x');
    expect(one.texts()).toEqual(['x']);
  }),
  shows('5/3.10.4-3 4/3.10.4-3', 'what is under way is ended in order', ALL, async (world, level) => {
    const one = await world.client(level);
    await one.subscribe('a');
    await one.publish('a', 'x', { qos: 2 });
    const packetId = one.messages()[0]?.packetId ?? 0;
    await one.unsubscribe('a');
    expect(await one.acknowledge('pubrec', packetId)).toMatchObject([{ kind: 'pubrel', packetId }]);
    expect(await one.acknowledge('pubcomp', packetId)).toEqual([]);
  }),
  shows(
    '5/3.3.2-3 5/4.7.3-4 4/3.3.2-3 4/4.7.3-4',
    'a topic is selected as it is written, level by level',
    ALL,
    async (world, level) => {
      expect(await selected(world, level, 'a/b', ['a/b', 'A/b', 'a/b/', '/a/b', 'a//b', 'a', 'a/bc'])).toEqual(['a/b']);
      expect(await selected(world, level, 'a/+', ['a/b', 'a', 'a/', 'a/b/c', 'ab'])).toEqual(['a/b', 'a/']);
      expect(await selected(world, level, 'a/#', ['a', 'a/', 'a/b/c', 'ab', 'b/a'])).toEqual(['a', 'a/', 'a/b/c']);
      expect(await selected(world, level, '+/+', ['a', '/a', 'a/b', 'a/b/c'])).toEqual(['/a', 'a/b']);
      expect(await selected(world, level, 'é', ['é', 'e\u0301'])).toEqual(['é']);
    },
  ),
  shows(
    '5/4.7.2-1 4/4.7.2-1',
    'no wildcard in the first place selects a topic that begins with $',
    ALL,
    async (world, level) => {
      const topics = ['$x/a', 'x/a'];
      expect(await selected(world, level, '#', topics)).toEqual(['x/a']);
      expect(await selected(world, level, '+/a', topics)).toEqual(['x/a']);
      expect(await selected(world, level, '$x/+', topics)).toEqual(['$x/a']);
      expect(await selected(world, level, '$x/#', topics)).toEqual(['$x/a']);
    },
  ),
  shows('5/3.8.3-3', 'who wants none of its own messages gets those of others', ONLY_5, async (world, level) => {
    const one = await world.client(level);
    await one.subscribe('a', { noLocal: true });
    await one.publish('a', 'own');
    const other = await world.client(level, { clientId: 'other' });
    await other.publish('a', 'of others');
    expect(one.texts()).toEqual(['of others']);
  }),
  shows(
    '5/3.3.4-3 5/3.3.4-4',
    'a message carries the ids of all subscriptions that select it',
    ONLY_5,
    async (world, level) => {
      const one = await world.client(level);
      await one.say(
        subscribeOf(['a/#'], { subscriptionId: 7 }),
        subscribeOf(['a/b'], { subscriptionId: 268_435_455 }),
        subscribeOf(['a/+']),
      );
      await one.publish('a/b', 'x');
      await one.publish('a/c', 'y');
      const ids = one.messages().map(({ properties }) => [...(properties.subscriptionIds ?? [])].sort((a, b) => a - b));
      expect(ids).toEqual([[7, 268_435_455], [7]]);
    },
  ),
  shows('5/3.3.4-3 5/3.8.4-3', 'the id is replaced with its subscription', ONLY_5, async (world, level) => {
    const one = await world.client(level);
    await one.publish('a', 'kept', { retain: true });
    await one.say(subscribeOf(['a'], { subscriptionId: 1 }));
    await one.say(subscribeOf(['a'], { subscriptionId: 2 }));
    await one.say(subscribeOf(['a']));
    await one.publish('a', 'x');
    expect(one.messages().map(({ properties }) => properties.subscriptionIds)).toEqual([
      [1],
      [2],
      undefined,
      undefined,
    ]);
  }),
  shows('5/3.12.4-1 4/3.12.4-1', 'PINGREQ is answered', ALL, async (world, level) => {
    const one = await world.client(level);
    expect(await one.ping()).toEqual([{ kind: 'pingresp' }]);
  }),
];

/** @returns which of the topics a subscription to the filter selects */
async function selected(world: World, level: Level, filter: string, topics: readonly string[]): Promise<string[]> {
  const one = await world.client(level, { clientId: 'reader' });
  await one.subscribe(filter);
  one.messages();
  for (const topic of topics) await one.publish(topic, topic);
  return one.texts();
}
