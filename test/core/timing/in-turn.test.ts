/** Pins that work on one thing is done one piece after another, also when a piece fails, and side by side on different things. */

import { expect, it } from 'vitest';
import { createTurns } from '../../../src/core/timing/in-turn.ts';

function setting() {
  const inTurn = createTurns();
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  /** Work that ends when the test says so. */
  const work = (key: string, name: string) =>
    inTurn(key, () => {
      begun.push(name);
      return new Promise<string>((resolve, reject) => {
        ends.set(name, (error) => (error ? reject(error) : resolve(name)));
      });
    });
  const end = async (name: string, error?: Error) => {
    ends.get(name)?.(error);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { work, end, begun };
}

it('the first piece begins at once, the next when it has ended, with what each came to', async () => {
  const { work, end, begun } = setting();
  const results = Promise.all([work('door', 'a'), work('door', 'b'), work('door', 'c')]);
  expect(begun).toEqual(['a']);
  await end('a');
  expect(begun).toEqual(['a', 'b']);
  await end('b');
  await end('c');
  expect(await results).toEqual(['a', 'b', 'c']);
});

it('a piece that fails keeps nobody waiting, and its failure is its own', async () => {
  const { work, end, begun } = setting();
  const failed = expect(work('door', 'a')).rejects.toThrow('no');
  const next = work('door', 'b');
  await end('a', new Error('no'));
  await failed;
  expect(begun).toEqual(['a', 'b']);
  await end('b');
  expect(await next).toBe('b');
});

it('on another thing it does not wait, and on a free one it begins at once again', async () => {
  const { work, end, begun } = setting();
  const all = [work('door', 'a'), work('yard', 'b'), work('door', 'c')];
  expect(begun).toEqual(['a', 'b']);
  await end('a');
  await end('c');
  all.push(work('door', 'd'));
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  for (const name of ['b', 'd']) await end(name);
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
});
