/** Pins how fast messages from other brokers are given to their readers: between a few of them there is time for acknowledgements. */

import { expect, it } from 'vitest';
import { Inbox } from '../../../../src/brokers/embedded/backbone/inbox.ts';
import { Message } from '../../../../src/brokers/embedded/message.ts';

const messageOf = (text: string) =>
  new Message({ topic: 'a', payload: Buffer.from(text), qos: 1, retain: false, properties: {}, account: 'k' });

function opened() {
  const given: string[] = [];
  const deferred: (() => void)[] = [];
  const inbox = new Inbox({
    give: async ({ payload }) => void given.push(payload.toString()),
    defer: (callback) => void deferred.push(callback),
  });
  return {
    inbox,
    given,
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
