/** Owns the rows about sessions: begun, resumed, discarded, and for how long they are kept. */

import { expect } from 'vitest';
import { kept, publishOf } from '../../../../support/brokers/memory-peer.ts';
import { ALL, ONLY_5, type Row, SINCE_4, shows } from '../row.ts';

const HOUR_MS = 3_600_000;

export const SESSIONS: readonly Row[] = [
  shows(
    '5/3.1.2-6 5/3.2.2-3 4/3.1.2-4 4/3.2.2-3',
    'where there is no session, one is begun',
    SINCE_4,
    async (world, level) => {
      expect((await world.client(level, kept(level, 'one'))).connack?.sessionPresent).toBe(false);
    },
  ),
  shows(
    '5/3.1.2-5 5/3.1.2-23 5/3.2.2-3 5/3.1.4-4 5/4.5.0-1 4/3.1.2-4 4/3.1.2-5 4/3.2.2-2 4/4.1.0-1 4/4.5.0-1',
    'a kept session has its subscriptions, and what came meanwhile',
    ALL,
    async (world, level) => {
      const one = await world.client(level, kept(level, 'one'));
      await one.subscribe('a', { qos: 2 });
      await one.cut();
      const other = await world.client(level, { clientId: 'other' });
      await other.publish('a', 'first', { qos: 1, packetId: 1 });
      await other.publish('a', 'second', { qos: 2, packetId: 2 });
      const again = await world.client(level, kept(level, 'one'));
      if (level > 3) expect(again.connack?.sessionPresent).toBe(true);
      expect(again.messages()).toMatchObject([
        { payload: Buffer.from('first'), qos: 1, dup: false },
        { payload: Buffer.from('second'), qos: 2, dup: false },
      ]);
      await other.publish('a', 'third');
      expect(again.texts()).toEqual(['third']);
    },
  ),
  shows(
    '5/3.1.2-4 5/3.2.2-2 5/3.1.4-4 4/3.1.2-6 4/3.2.2-1 4/3.1.4-3',
    'a clean start discards what was there',
    ALL,
    async (world, level) => {
      const one = await world.client(level, kept(level, 'one'));
      await one.subscribe('a', { qos: 1 });
      await one.cut();
      const other = await world.client(level, { clientId: 'other' });
      await other.publish('a', 'old', { qos: 1 });
      const again = await world.client(level, { clientId: 'one', cleanStart: true });
      await other.publish('a', 'new', { qos: 1 });
      expect(again.connack?.sessionPresent).toBe(false);
      expect(again.take()).toEqual([]);
    },
  ),
  shows('4/3.1.2-6 5/4.1.0-2', 'what began clean ends with the connection', ALL, async (world, level) => {
    const one = await world.client(level, { clientId: 'one' });
    await one.subscribe('a', { qos: 1 });
    await one.cut();
    const again = await world.client(level, kept(level, 'one'));
    expect(again.connack?.sessionPresent).toBe(false);
  }),
  shows('5/3.1.4-4', 'a session that is taken over goes on where it was', ALL, async (world, level) => {
    const one = await world.client(level, kept(level, 'one'));
    await one.subscribe('a', { qos: 1 });
    const again = await world.client(level, kept(level, 'one'));
    await again.publish('a', 'x');
    expect(again.texts()).toEqual(['x']);
  }),
  shows('5/4.1.0-2', 'a session is discarded when its time is over', ONLY_5, async (world, level) => {
    const one = await world.client(level, kept(level, 'one', 60));
    await one.subscribe('a', { qos: 1 });
    await one.cut();
    world.clock.advance(59_000);
    const again = await world.client(level, kept(level, 'one', 60));
    expect(again.connack?.sessionPresent).toBe(true);
    await again.cut();
    world.clock.advance(61_000);
    expect((await world.client(level, kept(level, 'one', 60))).connack?.sessionPresent).toBe(false);
  }),
  shows('5/4.1.0-1 4/4.1.0-1 4/4.1.0-2', 'no session ends while its client is there', ALL, async (world, level) => {
    const one = await world.client(level, kept(level, 'one', 1));
    await one.subscribe('a', { qos: 1 });
    world.clock.advance(24 * HOUR_MS);
    await one.publish('a', 'x');
    expect(one.texts()).toEqual(['x']);
  }),
  shows('5/3.1.2-23', 'DISCONNECT sets anew how long the session is kept', ONLY_5, async (world, level) => {
    const one = await world.client(level, kept(level, 'one'));
    await one.leave(0, { sessionExpirySeconds: 0 });
    const again = await world.client(level, kept(level, 'one'));
    expect(again.connack?.sessionPresent).toBe(false);
    await again.leave(0, { sessionExpirySeconds: 10 });
    world.clock.advance(11_000);
    expect((await world.client(level, kept(level, 'one'))).connack?.sessionPresent).toBe(false);
  }),
  shows('5/3.14.2-2', 'but it keeps none that was to end with its connection', ONLY_5, async (world, level) => {
    const one = await world.client(level, { clientId: 'one', properties: {} });
    expect(await one.leave(0, { sessionExpirySeconds: 10 })).toMatchObject([{ kind: 'disconnect', reasonCode: 0x82 }]);
  }),
  shows('4/3.1.2-7', 'retained messages are no part of a session', ALL, async (world, level) => {
    const one = await world.client(level, { clientId: 'one' });
    await one.publish('a', 'stays', { retain: true });
    await one.leave();
    const late = await world.client(level, { clientId: 'late' });
    expect(await late.subscribe('a')).toMatchObject([
      { kind: 'suback' },
      { kind: 'publish', payload: Buffer.from('stays') },
    ]);
  }),
  shows('5/3.3.2-7', 'what an alias stands for is forgotten with the connection', ONLY_5, async (world, level) => {
    const one = await world.client(level, kept(level, 'one'));
    await one.publish('a', 'x', { properties: { topicAlias: 1 } });
    await one.cut();
    const again = await world.client(level, kept(level, 'one'));
    expect(await again.say(publishOf('', 'y', { properties: { topicAlias: 1 } }))).toMatchObject([
      { kind: 'disconnect', reasonCode: 0x82 },
    ]);
  }),
];
