/** Owns the rows about how a connection ends: by the client, by what it has done, or because nothing comes from it. */

import { expect } from 'vitest';
import { encode } from '../../../../../src/brokers/embedded/packets/encode.ts';
import { connectOf, publishOf, willOf } from '../../../../support/brokers/memory-peer.ts';
import { ALL, ONLY_5, type Row, shows } from '../row.ts';

export const ENDING: readonly Row[] = [
  shows('5/3.14.4-1 5/3.14.4-2', 'after DISCONNECT nothing is read and nothing is said', ALL, async (world, level) => {
    const reader = await world.client(level, { clientId: 'reader' });
    await reader.subscribe('a');
    const one = await world.client(level);
    expect(
      await one.say({ kind: 'disconnect', reasonCode: 0, properties: {} }, publishOf('a', 'x'), { kind: 'pingreq' }),
    ).toEqual([]);
    expect(one.isClosed).toBe(true);
    expect(reader.texts()).toEqual([]);
  }),
  shows(
    '4/3.14.4-1 4/3.14.4-2',
    'a goodbye closes the connection, if the client does not',
    ALL,
    async (world, level) => {
      const one = await world.client(level);
      await one.leave();
      expect(one.isClosed).toBe(true);
    },
  ),
  shows(
    '5/3.14.4-3 5/3.3.4-1 4/3.14.4-3 4/3.3.4-1',
    'what was said before the goodbye is done, also when the client is gone by then',
    ALL,
    async (world, level) => {
      const reader = await world.client(level, { clientId: 'reader' });
      for (const filter of ['a', 'will']) await reader.subscribe(filter);
      const one = await world.client(level, { clientId: 'one', will: willOf() });
      const goodbye = { kind: 'disconnect', reasonCode: 0, properties: {} } as const;
      await one.sayAndGo(publishOf('a', 'x'), publishOf('a', 'y', { qos: 1 }), goodbye);
      expect(reader.texts()).toEqual(['x', 'y']);
    },
  ),
  shows('5/3.3.4-1 5/3.1.4-3', 'also when it is back under the same name by then', ALL, async (world, level) => {
    const reader = await world.client(level, { clientId: 'reader' });
    await reader.subscribe('a');
    const one = await world.client(level, { clientId: 'one' });
    const isGone = one.sayAndGo(publishOf('a', 'x'), publishOf('a', 'y'));
    const again = world.open(level);
    expect(await again.say(connectOf(level, { clientId: 'one' }))).toMatchObject([{ kind: 'connack', reasonCode: 0 }]);
    await isGone;
    expect(reader.texts()).toEqual(['x', 'y']);
    expect(await again.ping()).toMatchObject([{ kind: 'pingresp' }]);
  }),
  shows('5/3.1.2-8 4/3.1.2-8', 'what it said before it was lost comes before its will', ALL, async (world, level) => {
    const reader = await world.client(level, { clientId: 'reader' });
    for (const filter of ['a', 'will']) await reader.subscribe(filter);
    const one = await world.client(level, { clientId: 'one', will: willOf() });
    await one.sayAndGo(publishOf('a', 'x'));
    expect(reader.texts()).toEqual(['x', 'gone']);
  }),
  shows(
    '5/3.1.2-22 4/3.1.2-24',
    'who says nothing for one and a half times of its keep-alive is closed',
    ALL,
    async (world, level) => {
      const one = await world.client(level, { keepAliveSeconds: 10 });
      world.clock.advance(14_000);
      await one.ping();
      world.clock.advance(14_000);
      expect(await one.ping()).toMatchObject([{ kind: 'pingresp' }]);
      world.clock.advance(16_000);
      await world.settle();
      expect(one.isClosed).toBe(true);
      expect(one.take()).toMatchObject(level === 5 ? [{ kind: 'disconnect', reasonCode: 0x8d }] : []);
    },
  ),
  shows('5/3.1.2-22', 'without a keep-alive nobody is closed for being silent', ALL, async (world, level) => {
    const one = await world.client(level, { keepAliveSeconds: 0 });
    world.clock.advance(24 * 3_600_000);
    await world.settle();
    expect(one.isClosed).toBe(false);
  }),
  shows(
    '5/3.1.0-2 5/4.13.1-1 5/4.13.2-1 4/4.8.0-1',
    'a second CONNECT ends the connection',
    ALL,
    async (world, level) => {
      const one = await world.client(level);
      const reader = await world.client(level, { clientId: 'reader' });
      await reader.subscribe('a');
      expect(await one.say(connectOf(level), publishOf('a', 'x'))).toMatchObject(
        level === 5 ? [{ kind: 'disconnect', reasonCode: 0x82 }] : [],
      );
      expect(one.isClosed).toBe(true);
      expect(reader.texts()).toEqual([]);
    },
  ),
  shows(
    '5/4.13.1-1 5/4.13.2-1 4/4.8.0-1',
    'what is malformed ends the connection, and what came before it is done',
    ALL,
    async (world, level) => {
      const one = await world.client(level);
      const reader = await world.client(level, { clientId: 'reader' });
      await reader.subscribe('a');
      const good = encode(publishOf('a', 'before'), level);
      const bad = Buffer.from([0x36, 0x00]);
      expect(await one.sayBytes(Buffer.concat([good, bad, encode(publishOf('a', 'after'), level)]))).toMatchObject(
        level === 5 ? [{ kind: 'disconnect', reasonCode: 0x81 }] : [],
      );
      expect(one.isClosed).toBe(true);
      expect(reader.texts()).toEqual(['before']);
    },
  ),
  shows('5/3.14.0-1', 'before its CONNACK nobody is told goodbye', ALL, async (world, level) => {
    const one = world.open(level);
    const answers = await one.sayBytes(Buffer.from([0xc0, 0x00]));
    expect(answers.filter(({ kind }) => kind === 'disconnect')).toEqual([]);
    expect(one.isClosed).toBe(true);
  }),
  shows('5/3.14.0-1', 'also not who is refused', ONLY_5, async (world, level) => {
    const { answers } = await world.login(level, { password: 'wrong' });
    expect(answers.map(({ kind }) => kind)).toEqual(['connack']);
  }),
  shows('4/4.8.0-1 5/4.13.1-1', 'a filter that is none ends the connection', ALL, async (world, level) => {
    const one = await world.client(level);
    // SUBSCRIBE of `a#/b`.
    const bytes = level === 5 ? '820a000100000461232f6200' : '82090001000461232f6200';
    expect(await one.sayBytes(Buffer.from(bytes, 'hex'))).toMatchObject(level === 5 ? [{ kind: 'disconnect' }] : []);
    expect(one.isClosed).toBe(true);
  }),
];
