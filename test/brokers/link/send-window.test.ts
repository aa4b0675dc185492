import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openSendWindow } from '../../../src/brokers/link/send-window.ts';

type Done = (error?: Error | null) => void;

/** Messages in the order they were sent, each with what acknowledges it. */
function sender(limit: number) {
  const window = openSendWindow(() => limit);
  const sent: { id: number; done: Done }[] = [];
  const send = (id: number) => window.through((done) => void sent.push({ id, done }));
  return { window, sent, send };
}

it('never has more unacknowledged than the limit, and sends everything in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 20 }), async (limit, count) => {
      const { sent, send } = sender(limit);
      const ids = Array.from({ length: count }, (_, index) => index);
      const all = Promise.all(ids.map(send));
      for (const id of ids) {
        expect(sent.length - id).toBe(Math.min(limit, count - id));
        sent[id]?.done();
      }
      await all;
      expect(sent.map((message) => message.id)).toEqual(ids);
    }),
  );
});

it('sends what waited longest when a message was refused', async () => {
  const { sent, send } = sender(1);
  const [first, second] = [send(1), send(2)];
  sent[0]?.done(new Error('refused'));
  await expect(first).rejects.toThrow('refused');
  sent[1]?.done(null);
  await expect(second).resolves.toBeUndefined();
});

it('gives up what waits and what is unacknowledged when the connection is gone, and what comes later', async () => {
  const { window, sent, send } = sender(1);
  const outcomes = [send(1), send(2)];
  window.close(new Error('gone'));
  outcomes.push(send(3));
  for (const outcome of outcomes) await expect(outcome).rejects.toThrow('gone');
  expect(sent.map(({ id }) => id)).toEqual([1]);
});

it('takes it that everything that waits is refused at once, as by a connection that is about to end', async () => {
  let isEnding = false;
  const window = openSendWindow(() => 1);
  const held: Done[] = [];
  const send = () => window.through((done) => (isEnding ? done(new Error('ending')) : void held.push(done)));
  const all = Array.from({ length: 20_000 }, send);
  isEnding = true;
  held[0]?.(new Error('ending'));
  const outcomes = await Promise.allSettled(all);
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
});
