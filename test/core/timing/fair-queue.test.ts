/** Pins whose job runs next: keys take turns, whatever each has waiting, and what exceeds the room is known beforehand. */

import { describe, expect, it } from 'vitest';
import { createFairQueue, type FairQueue } from '../../../src/core/timing/fair-queue.ts';

/** Jobs that end when the test says so, and the order in which they began. */
function jobsOn(queue: FairQueue) {
  const began: string[] = [];
  const endings = new Map<string, () => void>();
  return {
    began,
    ask(key: string, name: string): Promise<string> {
      return queue.run(key, async () => {
        began.push(name);
        await new Promise<void>((resolve) => endings.set(name, resolve));
        if (name.startsWith('bad')) throw new Error(name);
        return name;
      });
    },
    /** Ends jobs one after another, each when it has begun. */
    async end(...names: string[]) {
      for (const name of names) {
        await expect.poll(() => endings.has(name)).toBe(true);
        endings.get(name)?.();
      }
    },
  };
}

describe('jobs in a fair queue', () => {
  it('run as many at once as allowed, in the order they came, and a failed one gives its place on', async () => {
    const { began, ask, end } = jobsOn(createFairQueue({ running: 2 }));
    const outcome = Promise.allSettled(['a', 'bad', 'c', 'd', 'e'].map((name) => ask('one', name)));
    expect(began).toEqual(['a', 'bad']);
    await end('bad', 'a', 'c', 'd', 'e');
    expect(began).toEqual(['a', 'bad', 'c', 'd', 'e']);
    expect((await outcome).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      ...Array(3).fill('fulfilled'),
    ]);
    const next = ask('one', 'free again');
    await end('free again');
    expect(await next).toBe('free again');
  });

  it('of a crowd wait for one of somebody else after each of their own', async () => {
    const { began, ask, end } = jobsOn(createFairQueue({ running: 1 }));
    const all = ['c1', 'c2', 'c3', 'c4'].map((name) => ask('crowd', name));
    all.push(ask('anna', 'a1'), ask('anna', 'a2'), ask('bert', 'b1'));
    await end('c1', 'a1', 'c2', 'b1', 'a2', 'c3', 'c4');
    await Promise.all(all);
    expect(began).toEqual(['c1', 'a1', 'c2', 'b1', 'a2', 'c3', 'c4']);
  });

  it('have room for a few of each key and a few in all', async () => {
    const queue = createFairQueue({ running: 1, waitingPerKey: 2, waiting: 3 });
    const { ask, end } = jobsOn(queue);
    const all = [ask('crowd', '1')];
    for (const name of ['2', '3']) {
      expect(queue.hasRoomFor('crowd')).toBe(true);
      all.push(ask('crowd', name));
    }
    expect([queue.hasRoomFor('crowd'), queue.hasRoomFor('anna')]).toEqual([false, true]);
    all.push(ask('anna', '4'));
    expect([queue.hasRoomFor('anna'), queue.hasRoomFor('bert')]).toEqual([false, false]);
    await end('1', '4', '2', '3');
    await Promise.all(all);
    expect(queue.hasRoomFor('crowd')).toBe(true);
  });
});
