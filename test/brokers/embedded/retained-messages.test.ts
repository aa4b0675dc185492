/** Pins the buckets of retained messages: apart, bounded, and searched one at a time. */

import { describe, expect, it } from 'vitest';
import { RetainedMessages, type RetainedPacket } from '../../../src/brokers/embedded/kept/retained-messages.ts';
import { rootOf } from '../../../src/brokers/topic-root.ts';

const ROOTS = ['alice', 'bob'];
const bucketOf = (topic: string) => (ROOTS.includes(rootOf(topic)) ? rootOf(topic) : '');
const message = (topic: string, payload = 'x'): RetainedPacket => ({ topic, payload });

function fill(limits = { maxMessages: 100_000, maxBytes: 1e9 }): RetainedMessages<RetainedPacket> {
  return new RetainedMessages({ bucketOf, ...limits });
}

async function topicsIn(retained: RetainedMessages<RetainedPacket>, ...filters: string[]): Promise<string[]> {
  const topics: string[] = [];
  for await (const { topic } of retained.select(filters)) topics.push(topic);
  return topics;
}

describe('retained messages', () => {
  it('belong to the first level of their topic, with or without a leading slash', async () => {
    const retained = fill();
    for (const topic of ['alice/a', '/alice/b', 'alice', 'bob/a', 'home/a', '/home/b']) retained.store(message(topic));
    expect(await topicsIn(retained, 'alice/#')).toEqual(['alice/a', 'alice']);
    expect(await topicsIn(retained, '/alice/+')).toEqual(['/alice/b']);
    expect(await topicsIn(retained, '#')).toEqual(['home/a', '/home/b']);
    expect(await topicsIn(retained, '/alice/b', '/home/b', 'home/b')).toEqual(['/alice/b', '/home/b']);
    retained.drop('alice');
    expect(await topicsIn(retained, 'alice/#', '/alice/#')).toEqual([]);
    expect(await topicsIn(retained, 'bob/#')).toEqual(['bob/a']);
  });

  it('are replaced by the next one and cleared by an empty one', async () => {
    const retained = fill();
    retained.store(message('a', 'old'));
    retained.store(message('a', 'new'));
    for await (const { payload } of retained.select(['a'])) expect(payload).toBe('new');
    retained.store(message('a', ''));
    expect(await topicsIn(retained, 'a', '#')).toEqual([]);
  });

  it('have a limit of messages and bytes per bucket, which clearing and replacing make room in', () => {
    const retained = fill({ maxMessages: 2, maxBytes: 30 });
    retained.store(message('a'));
    retained.store(message('b'));
    expect(retained.hasRoomFor(message('c'))).toBe(false);
    expect(retained.hasRoomFor(message('b', 'y'))).toBe(true);
    expect(retained.hasRoomFor(message('b', 'y'.repeat(30)))).toBe(false);
    expect(retained.hasRoomFor(message('c', ''))).toBe(true);
    expect(retained.hasRoomFor(message('alice/c'))).toBe(true);
    retained.store(message('a', ''));
    expect(retained.hasRoomFor(message('c'))).toBe(true);
    const attached = { ...message('c'), properties: { userProperties: { a: 'x'.repeat(30) } } };
    expect(retained.hasRoomFor(attached)).toBe(false);
  });

  it("E: a search never looks at another tenant's messages, and gives way while it looks at many", async () => {
    const retained = fill();
    for (let index = 0; index < 20_000; index += 1) retained.store(message(`alice/${index}`));
    const turnsDuring = async (filter: string) => {
      let isOver = false;
      let turns = 0;
      const count = () => {
        if (isOver) return;
        turns += 1;
        setImmediate(count);
      };
      setImmediate(count);
      await topicsIn(retained, filter);
      isOver = true;
      return turns;
    };
    expect(await turnsDuring('#')).toBe(0);
    expect(await turnsDuring('bob/#')).toBe(0);
    expect(await turnsDuring('alice/17')).toBe(0);
    expect(await turnsDuring('alice/+/nothing')).toBeGreaterThan(10);
  });
});
