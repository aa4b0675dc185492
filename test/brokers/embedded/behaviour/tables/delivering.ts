/** Owns the rows about what readers get: each message once, in its order, acknowledged by them, no more at a time than they take. */

import { expect } from 'vitest';
import { ackOf, kept, publishOf } from '../../../../support/brokers/memory-peer.ts';
import { pair } from '../pair.ts';
import { ALL, ONLY_5, type Row, shows } from '../row.ts';

export const DELIVERING: readonly Row[] = [
  shows(
    '5/3.3.1-1 5/4.3.2-1 5/4.3.2-2 5/4.3.3-1 5/4.3.3-2 4/2.3.1-4 4/4.3.2-1 4/4.3.3-1',
    'each message under way has an id of its own, and is not marked as sent again',
    ALL,
    async (world, level) => {
      const { reader, one } = await pair(world, level);
      for (let packetId = 1; packetId <= 4; packetId += 1) {
        await one.publish('a', 'x', { qos: packetId % 2 === 0 ? 1 : 2, packetId });
      }
      const messages = reader.messages();
      expect(new Set(messages.map(({ packetId }) => packetId)).size).toBe(4);
      for (const { dup, packetId } of messages) {
        expect(dup).toBe(false);
        expect(packetId).toBeGreaterThan(0);
      }
    },
  ),
  shows(
    '5/4.3.3-4 4/4.3.3-1',
    'PUBREC is answered with PUBREL of its id, also a second one',
    ALL,
    async (world, level) => {
      const { reader, one } = await pair(world, level);
      await one.publish('a', 'x', { qos: 2 });
      const [message] = reader.messages();
      const packetId = message?.packetId ?? 0;
      for (let time = 0; time < 2; time += 1) {
        expect(await reader.acknowledge('pubrec', packetId)).toMatchObject([
          { kind: 'pubrel', packetId, reasonCode: 0 },
        ]);
      }
      expect(await reader.acknowledge('pubcomp', packetId)).toEqual([]);
    },
  ),
  shows(
    '5/4.6.0-5 5/4.6.0-6 4/4.6.0-5 4/4.6.0-6',
    'messages of one publisher come in its order',
    ALL,
    async (world, level) => {
      const { reader, one } = await pair(world, level);
      const sent = Array.from({ length: 20 }, (_, index) => `${index}`);
      await one.say(...sent.map((text, index) => publishOf('a', text, { qos: 1, packetId: index + 1 })));
      expect(reader.texts()).toEqual(sent);
    },
  ),
  shows('5/4.6.0-6', 'also those that waited before those that come', ALL, async (world, level) => {
    const { reader, one } = await pair(world, level);
    await reader.cut();
    for (const packetId of [1, 2, 3]) await one.publish('a', `old ${packetId}`, { qos: 2, packetId });
    const again = await world.client(level, kept(level, 'reader'));
    await one.publish('a', 'new', { qos: 2, packetId: 4 });
    expect(again.texts()).toEqual(['old 1', 'old 2', 'old 3', 'new']);
  }),
  shows(
    '5/3.3.4-9 5/4.9.0-1 5/4.9.0-2',
    'no more messages are under way than the client has said',
    ONLY_5,
    async (world, level) => {
      const { reader, one } = await pair(world, level, 2);
      for (let packetId = 1; packetId <= 5; packetId += 1) await one.publish('a', `${packetId}`, { qos: 1, packetId });
      const [first, ...others] = reader.messages();
      expect([first, ...others].map((message) => message?.payload.toString())).toEqual(['1', '2']);
      await reader.acknowledge('puback', first?.packetId ?? 0);
      expect(reader.texts()).toEqual(['3']);
    },
  ),
  shows('5/4.9.0-2', 'one of QoS 2 is under way until PUBCOMP', ONLY_5, async (world, level) => {
    const { reader, one } = await pair(world, level, 1);
    await one.publish('a', '1', { qos: 2, packetId: 1 });
    await one.publish('a', '2', { qos: 2, packetId: 2 });
    const packetId = reader.messages()[0]?.packetId ?? 0;
    await reader.acknowledge('pubrec', packetId);
    expect(reader.texts()).toEqual([]);
    await reader.acknowledge('pubcomp', packetId);
    expect(reader.texts()).toEqual(['2']);
  }),
  shows('5/3.3.4-10 5/4.9.0-3', 'everything else goes on meanwhile', ONLY_5, async (world, level) => {
    const { reader, one } = await pair(world, level, 1);
    for (const packetId of [1, 2]) await one.publish('a', `${packetId}`, { qos: 1, packetId });
    reader.messages();
    await one.publish('a', 'unacknowledged', { qos: 0 });
    expect(reader.texts()).toEqual(['unacknowledged']);
    expect(await reader.ping()).toMatchObject([{ kind: 'pingresp' }]);
    expect(await reader.subscribe('b')).toMatchObject([{ kind: 'suback' }]);
    expect(await reader.publish('b', 'x', { qos: 2, packetId: 1 })).toMatchObject([{ kind: 'pubrec' }]);
  }),
  shows('5/4.3.2-1', 'an id that the client uses for its own messages is another one', ALL, async (world, level) => {
    const { reader, one } = await pair(world, level);
    await one.publish('a', 'x', { qos: 2 });
    const packetId = reader.messages()[0]?.packetId ?? 0;
    const answers = await reader.say(publishOf('b', 'y', { qos: 2, packetId }), ackOf('pubrec', packetId));
    expect(answers.map(({ kind }) => kind)).toEqual(['pubrec', 'pubrel']);
    expect(await reader.say(ackOf('pubrel', packetId), ackOf('pubcomp', packetId))).toMatchObject([
      { kind: 'pubcomp', reasonCode: 0 },
    ]);
  }),
  shows(
    '5/4.13.1-1 4/4.8.0-1',
    'an acknowledgement of the wrong kind ends the connection',
    ALL,
    async (world, level) => {
      for (const [qos, kind] of [
        [1, 'pubrec'],
        [1, 'pubcomp'],
        [2, 'puback'],
        [2, 'pubcomp'],
      ] as const) {
        const { reader, one } = await pair(world, level);
        await one.publish('a', 'x', { qos });
        const packetId = reader.messages()[0]?.packetId ?? 0;
        const answers = await reader.acknowledge(kind, packetId);
        expect(answers).toMatchObject(level === 5 ? [{ kind: 'disconnect', reasonCode: 0x82 }] : []);
        expect(reader.isClosed).toBe(true);
        // The message is still owed.
        expect((await world.client(level, kept(level, 'reader'))).messages()).toMatchObject([{ packetId, dup: true }]);
        await world.client(level, { clientId: 'reader', cleanStart: true });
      }
    },
  ),
  shows('5/4.3.3-4', 'but one of an id that is not under way is taken: it may be late', ALL, async (world, level) => {
    const one = await world.client(level);
    expect(await one.acknowledge('puback', 7)).toEqual([]);
    expect(await one.acknowledge('pubcomp', 7)).toEqual([]);
    expect(await one.acknowledge('pubrec', 7)).toMatchObject([
      { kind: 'pubrel', packetId: 7, reasonCode: level === 5 ? 0x92 : 0 },
    ]);
    expect(one.isClosed).toBe(false);
  }),
];
