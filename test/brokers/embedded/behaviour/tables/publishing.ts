/** Owns the rows about what clients publish: each message taken once, acknowledged in its order. */

import { expect } from 'vitest';
import { ackOf, kept, publishOf } from '../../../../support/brokers/memory-peer.ts';
import { ALL, ONLY_5, type Row, shows } from '../row.ts';

const NOBODY = 0x10;

export const PUBLISHING: readonly Row[] = [
  shows(
    '5/3.3.4-1 5/2.2.1-5 5/4.3.2-4 5/4.3.3-8 5/4.3.3-11 4/3.3.4-1 4/2.3.1-6 4/4.3.2-2 4/4.3.3-2',
    'QoS 0 is not answered, QoS 1 with PUBACK, QoS 2 with PUBREC and PUBCOMP, under its own id',
    ALL,
    async (world, level) => {
      const one = await world.client(level);
      const reasonCode = level === 5 ? NOBODY : 0;
      expect(await one.publish('a', 'x')).toEqual([]);
      expect(await one.publish('a', 'x', { qos: 1, packetId: 7 })).toMatchObject([
        { kind: 'puback', packetId: 7, reasonCode },
      ]);
      expect(await one.publish('a', 'x', { qos: 2, packetId: 8 })).toMatchObject([
        { kind: 'pubrec', packetId: 8, reasonCode },
      ]);
      expect(await one.acknowledge('pubrel', 8)).toMatchObject([{ kind: 'pubcomp', packetId: 8, reasonCode: 0 }]);
    },
  ),
  shows('5/4.3.2-5 4/4.3.2-2', 'after PUBACK the same id is another message', ALL, async (world, level) => {
    const one = await world.client(level);
    await one.subscribe('a', { qos: 0 });
    await one.publish('a', 'x', { qos: 1, packetId: 1 });
    await one.publish('a', 'y', { qos: 1, packetId: 1, dup: true });
    expect(await one.publish('a', 'z', { qos: 1, packetId: 1 })).toMatchObject([
      { kind: 'publish' },
      { kind: 'puback' },
    ]);
  }),
  shows('5/4.3.3-10 4/4.3.3-2', 'until PUBREL the same id is the same message', ALL, async (world, level) => {
    const reader = await world.client(level, { clientId: 'reader' });
    await reader.subscribe('a');
    const one = await world.client(level);
    for (const dup of [false, true, true]) {
      expect(await one.publish('a', 'x', { qos: 2, packetId: 1, dup })).toMatchObject([
        { kind: 'pubrec', packetId: 1 },
      ]);
    }
    expect(reader.texts()).toEqual(['x']);
  }),
  shows('5/4.3.3-10 4/4.3.3-2', 'also on the next connection of the session', ALL, async (world, level) => {
    const reader = await world.client(level, { clientId: 'reader' });
    await reader.subscribe('a');
    const one = await world.client(level, kept(level, 'one'));
    await one.publish('a', 'x', { qos: 2, packetId: 1 });
    await one.cut();
    const again = await world.client(level, kept(level, 'one'));
    expect(await again.publish('a', 'x', { qos: 2, packetId: 1, dup: true })).toMatchObject([{ kind: 'pubrec' }]);
    expect(await again.acknowledge('pubrel', 1)).toMatchObject([{ kind: 'pubcomp', reasonCode: 0 }]);
    expect(reader.texts()).toEqual(['x']);
  }),
  shows('5/4.3.3-12 4/4.3.3-2', 'after PUBCOMP the same id is another message', ALL, async (world, level) => {
    const reader = await world.client(level, { clientId: 'reader' });
    await reader.subscribe('a');
    const one = await world.client(level);
    for (const text of ['x', 'y']) {
      await one.publish('a', text, { qos: 2, packetId: 1 });
      await one.acknowledge('pubrel', 1);
    }
    expect(reader.texts()).toEqual(['x', 'y']);
  }),
  shows('5/4.3.3-9', 'after a PUBREC that refuses, the same id is another message', ONLY_5, async (world, level) => {
    const one = await world.client(level);
    await one.subscribe('a', { qos: 0 });
    expect(await one.publish('nestmtx/availability', 'x', { qos: 2, packetId: 1 })).toMatchObject([
      { kind: 'pubrec', reasonCode: 0x87 },
    ]);
    expect(await one.publish('a', 'y', { qos: 2, packetId: 1 })).toMatchObject([
      { kind: 'publish' },
      { kind: 'pubrec', reasonCode: 0 },
    ]);
  }),
  shows(
    '5/4.3.3-13',
    'the handshake goes on, even where the message has become too old',
    ONLY_5,
    async (world, level) => {
      const one = await world.client(level);
      await one.publish('a', 'x', { qos: 2, packetId: 1, properties: { expirySeconds: 1 } });
      world.clock.advance(10_000);
      expect(await one.acknowledge('pubrel', 1)).toMatchObject([{ kind: 'pubcomp', packetId: 1, reasonCode: 0 }]);
    },
  ),
  shows('5/4.3.3-11 4/4.3.3-2', 'PUBREL of what is not known is answered as well', ALL, async (world, level) => {
    const one = await world.client(level);
    expect(await one.acknowledge('pubrel', 3)).toMatchObject([
      { kind: 'pubcomp', packetId: 3, reasonCode: level === 5 ? 0x92 : 0 },
    ]);
  }),
  shows(
    '4/4.6.0-2 4/4.6.0-3 4/4.6.0-4 5/4.6.0-2 5/4.6.0-3',
    'acknowledgements come in the order of the messages',
    ALL,
    async (world, level) => {
      const one = await world.client(level);
      const answers = await one.say(
        publishOf('a', '1', { qos: 2, packetId: 9 }),
        publishOf('a', '2', { qos: 1, packetId: 4 }),
        publishOf('a', '3', { qos: 2, packetId: 2 }),
        publishOf('a', '4', { qos: 1, packetId: 3 }),
      );
      expect(answers).toMatchObject([{ packetId: 9 }, { packetId: 4 }, { packetId: 2 }, { packetId: 3 }]);
      expect(await one.say(ackOf('pubrel', 9), ackOf('pubrel', 2))).toMatchObject([{ packetId: 9 }, { packetId: 2 }]);
    },
  ),
  shows(
    '5/3.3.1-3 4/3.3.1-3',
    'that the publisher has sent it again is not told to its readers',
    ALL,
    async (world, level) => {
      const one = await world.client(level);
      await one.subscribe('a');
      await one.publish('a', 'x', { qos: 1, dup: true });
      await one.publish('a', 'y', { qos: 2, packetId: 2, dup: true });
      expect(one.messages()).toMatchObject([{ dup: false }, { dup: false }]);
    },
  ),
  shows('4/3.3.5-2', 'what may not be published is acknowledged, or ends the connection', ALL, async (world, level) => {
    const one = await world.client(level);
    expect(await one.publish('nestmtx/availability', 'x', { qos: 1 })).toMatchObject([
      { kind: 'puback', reasonCode: level === 5 ? 0x87 : 0 },
    ]);
    const alice = await world.client(level, { username: 'alice' });
    await alice.publish('elsewhere', 'x', { qos: 1 });
    expect(alice.isClosed).toBe(true);
  }),
  shows('5/3.3.2-12', 'aliases up to the maximum that was told are taken', ONLY_5, async (world, level) => {
    const one = await world.client(level);
    await one.subscribe('a');
    const topicAlias = one.connack?.properties.topicAliasMaximum ?? 0;
    expect(topicAlias).toBeGreaterThan(0);
    await one.publish('a', 'x', { properties: { topicAlias } });
    await one.publish('', 'y', { properties: { topicAlias } });
    expect(one.messages()).toMatchObject([{ topic: 'a' }, { topic: 'a' }]);
  }),
  shows('5/3.2.2-17 5/3.3.2-9 5/4.13.1-1', 'an alias above it ends the connection', ONLY_5, async (world, level) => {
    const one = await world.client(level);
    const topicAlias = (one.connack?.properties.topicAliasMaximum ?? 0) + 1;
    expect(await one.publish('a', 'x', { properties: { topicAlias } })).toMatchObject([
      { kind: 'disconnect', reasonCode: 0x94 },
    ]);
    expect(one.isClosed).toBe(true);
  }),
  shows(
    '5/3.3.4-7',
    'more messages without an end than the broker has said end the connection',
    ONLY_5,
    async (world, level) => {
      const one = await world.client(level);
      expect(one.connack?.properties.receiveMaximum).toBe(2);
      await one.say(publishOf('a', '1', { qos: 2, packetId: 1 }), publishOf('a', '2', { qos: 2, packetId: 2 }));
      expect(await one.publish('a', '3', { qos: 2, packetId: 3 })).toMatchObject([
        { kind: 'disconnect', reasonCode: 0x93 },
      ]);
    },
    { receiveMaximum: 2 },
  ),
];
