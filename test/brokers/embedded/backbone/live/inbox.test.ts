/** Pins how fast messages from other brokers are given to their readers: between a few of them there is time for acknowledgements. */

import { expect, it } from 'vitest';
import { Inbox } from '../../../../../src/brokers/embedded/backbone/live/inbox.ts';
import { Message } from '../../../../../src/brokers/embedded/message.ts';

const messageOf = (payload: string | Buffer) =>
  new Message({ topic: 'a', payload: Buffer.from(payload), qos: 1, retain: false, properties: {}, account: 'k' });

function opened() {
  const given: string[] = [];
  const deferred: (() => void)[] = [];
  const full: boolean[] = [];
  const inbox = new Inbox({
    give: async ({ payload }) => void given.push(payload.toString()),
    defer: (callback) => void deferred.push(callback),
    onFull: (isFull) => void full.push(isFull),
  });
  return {
    inbox,
    given,
    full,
    turn: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      for (const callback of deferred.splice(0)) callback();
    },
  };
}

it('gives one at once, and fifty of what comes meanwhile in each turn, in their order', async () => {
  const { inbox, given, turn } = opened();
  for (let n = 0; n < 120; n += 1) inbox.put(messageOf(String(n)));
  const counts = [given.length];
  for (let turns = 0; turns < 4; turns += 1) {
    await turn();
    counts.push(given.length);
  }
  expect(counts).toEqual([1, 51, 101, 120, 120]);
  expect(given).toEqual(Array.from({ length: 120 }, (_, n) => String(n)));
  expect(inbox.waiting).toBe(0);
  inbox.put(messageOf('later'));
  expect(given.at(-1)).toBe('later');
});

it.each([
  { of: 'a thousand messages', payload: 'x', count: 1001, left: 250 },
  { of: 'a megabyte', payload: Buffer.alloc(300_000), count: 5, left: 0 },
])('is full of $of, until a quarter of that is left', async ({ payload, count, left }) => {
  const { inbox, full, turn } = opened();
  for (let n = 1; n < count; n += 1) inbox.put(messageOf(payload));
  expect(full).toEqual([]);
  inbox.put(messageOf(payload));
  expect(full).toEqual([true]);
  while (full.length < 2) {
    expect(inbox.waiting).toBeGreaterThan(left);
    await turn();
  }
  expect(full).toEqual([true, false]);
  expect(inbox.waiting).toBe(left);
});
