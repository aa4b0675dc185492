/** Owns the rows about what travels with a message in MQTT 5. */

import { expect } from 'vitest';
import { kept } from '../../../../support/brokers/memory-peer.ts';
import { ONLY_5, type Row, shows } from '../row.ts';

export const PROPERTIES: readonly Row[] = [
  shows(
    '5/3.3.2-4 5/3.3.2-15 5/3.3.2-16 5/3.3.2-17 5/3.3.2-18 5/3.3.2-20',
    'what the publisher says of its message reaches the readers unaltered',
    ONLY_5,
    async (world, level) => {
      const one = await world.client(level);
      await one.subscribe('a');
      const properties = {
        payloadIsUtf8: true,
        contentType: 'text/plain',
        responseTopic: 'an/answer',
        correlationData: Buffer.from([0, 255, 7]),
        userProperties: [
          ['b', '1'],
          ['a', '2'],
          ['b', '3'],
          ['', ''],
        ],
      } as const;
      for (const qos of [0, 1, 2] as const) await one.publish('a', 'x', { qos, packetId: qos, properties });
      expect(one.messages().map((message) => message.properties)).toEqual([properties, properties, properties]);
    },
  ),
  shows('5/3.3.2-4 5/3.3.2-17', 'also when it was retained, or had to wait', ONLY_5, async (world, level) => {
    const properties = {
      payloadIsUtf8: false,
      userProperties: [
        ['b', '1'],
        ['a', '2'],
      ],
    } as const;
    const away = await world.client(level, kept(level, 'away'));
    await away.subscribe('a');
    await away.cut();
    const one = await world.client(level);
    await one.publish('a', 'x', { qos: 1, retain: true, properties });
    await one.subscribe('a');
    const again = await world.client(level, kept(level, 'away'));
    for (const peer of [one, again]) expect(peer.messages()).toMatchObject([{ properties }]);
  }),
  shows(
    '5/3.3.2-5 5/3.3.2-6',
    'a message that waits comes with what is left of its time, or not at all',
    ONLY_5,
    async (world, level) => {
      const away = await world.client(level, kept(level, 'away'));
      await away.subscribe('a');
      await away.cut();
      const one = await world.client(level);
      await one.publish('a', 'short', { qos: 1, properties: { expirySeconds: 10 } });
      await one.publish('a', 'long', { qos: 1, packetId: 2, properties: { expirySeconds: 100 } });
      world.clock.advance(40_000);
      const again = await world.client(level, kept(level, 'away'));
      const messages = again.messages();
      expect(messages.map(({ payload }) => payload.toString())).toEqual(['long']);
      expect(messages).toMatchObject([{ properties: { expirySeconds: 60 } }]);
    },
  ),
  shows('5/3.1.2-26 5/3.3.2-11', 'aliases towards a client go up to what it takes', ONLY_5, async (world, level) => {
    const one = await world.client(level, { properties: { topicAliasMaximum: 2 } });
    await one.subscribe('#');
    one.messages();
    for (const topic of ['a', 'b', 'c', 'a', 'b', 'c']) await one.publish(topic, topic);
    const messages = one.messages();
    for (const { properties } of messages) expect(properties.topicAlias ?? 1).toBeLessThanOrEqual(2);
    const known = new Map<number, string>();
    const read = messages.map(({ topic, properties: { topicAlias } }) => {
      if (topicAlias !== undefined && topic !== '') known.set(topicAlias, topic);
      return topic === '' ? known.get(topicAlias ?? 0) : topic;
    });
    expect(read).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  }),
  shows('5/3.1.2-27 5/3.3.2-11', 'who has said nothing of aliases gets none', ONLY_5, async (world, level) => {
    const one = await world.client(level);
    await one.subscribe('a');
    for (let time = 0; time < 3; time += 1) await one.publish('a', 'x');
    for (const { topic, properties } of one.messages()) {
      expect(topic).toBe('a');
      expect(properties).not.toHaveProperty('topicAlias');
    }
  }),
  shows('5/3.3.2-7', 'an alias towards a client is told anew on each connection', ONLY_5, async (world, level) => {
    const asked = kept(level, 'one');
    const options = { ...asked, properties: { ...asked.properties, topicAliasMaximum: 5 } };
    const one = await world.client(level, options);
    await one.subscribe('a');
    await one.publish('a', 'x');
    await one.cut();
    const again = await world.client(level, options);
    await again.publish('a', 'y');
    expect(again.messages()).toMatchObject([{ topic: 'a' }]);
  }),
];
