/** Pins who may work at a time: sharers together, or one alone, who is not kept waiting by those who come later. */

import { expect, it } from 'vitest';
import { createSharedAccess } from '../../../../src/core/instances/upkeep/shared-access.ts';

function setting() {
  const access = createSharedAccess();
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve, reject) => {
      ends.set(name, (error) => (error ? reject(error) : resolve(name)));
    });
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    begun,
    settled,
    share: (name: string) => access.share(work(name)),
    alone: (name: string) => access.alone(work(name)),
    async end(name: string, error?: Error) {
      ends.get(name)?.(error);
      await settled();
    },
  };
}

it('sharers work together, and who wants to be alone waits for them, and they for who is', async () => {
  const { begun, share, alone, end, settled } = setting();
  const results = [share('a'), share('b'), alone('c'), share('d')];
  await settled();
  expect(begun).toEqual(['a', 'b']);
  await end('a');
  expect(begun).toEqual(['a', 'b']);
  await end('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  await end('c');
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  await end('d');
  expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
});

it('two are not alone at a time, and work that fails keeps nobody out', async () => {
  const { begun, share, alone, end } = setting();
  const failed = [share('a'), alone('b')].map((one) => expect(one).rejects.toThrow('no'));
  const others = [alone('c'), share('d')];
  await end('a', new Error('no'));
  expect(begun).toEqual(['a', 'b']);
  await end('b', new Error('no'));
  expect(begun).toEqual(['a', 'b', 'c']);
  await end('c');
  await end('d');
  expect(await Promise.all(others)).toEqual(['c', 'd']);
  await Promise.all(failed);
});

it('what has ended is waited for no longer', async () => {
  const { begun, share, alone, end, settled } = setting();
  const first = share('a');
  await end('a');
  const second = alone('b');
  await settled();
  expect(begun).toEqual(['a', 'b']);
  await end('b');
  const third = share('c');
  expect(begun).toEqual(['a', 'b', 'c']);
  await end('c');
  expect(await Promise.all([first, second, third])).toEqual(['a', 'b', 'c']);
});
