/** Pins who works when (I-26): in turns of two milliseconds, every account for a quantum, whatever others have to do. */

import { expect, it } from 'vitest';
import { Lane, type Task, Turns } from '../../../src/brokers/embedded/turns/turns.ts';
import { createWorkRate, UNLIMITED } from '../../../src/brokers/embedded/turns/work-rate.ts';

/** A machine whose only time is the work that is done: a unit takes ten microseconds. */
function machine() {
  let nowMs = 0;
  const deferred: (() => void)[] = [];
  const timers: { atMs: number; callback: () => void }[] = [];
  const faults: unknown[] = [];
  const turns = new Turns({
    defer: (callback) => void deferred.push(callback),
    monotonicMs: () => nowMs,
    after(delayMs, callback) {
      const timer = { atMs: nowMs + delayMs, callback };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
    onFault: (_, error) => faults.push(error),
  });
  const done: string[] = [];
  const work = (name: string, units: number): Task => {
    let left = units;
    return {
      step(allowance) {
        const cost = Math.min(left, Math.ceil(allowance));
        left -= cost;
        nowMs += cost / 100;
        for (let unit = 0; unit < cost; unit += 1) done.push(name);
        return left === 0 ? -Math.max(1, cost) : cost;
      },
    };
  };
  return {
    turns,
    work,
    done,
    faults,
    /** @returns how long the longest turn was */
    run(limit = 10_000): number {
      let longestMs = 0;
      for (let count = 0; count < limit; count += 1) {
        const turn = deferred.shift();
        if (turn === undefined) {
          const next = timers.toSorted((a, b) => a.atMs - b.atMs)[0];
          if (next === undefined) return longestMs;
          timers.splice(timers.indexOf(next), 1);
          nowMs = Math.max(nowMs, next.atMs);
          next.callback();
          continue;
        }
        const beginMs = nowMs;
        turn();
        longestMs = Math.max(longestMs, nowMs - beginMs);
      }
      return longestMs;
    },
    get nowMs() {
      return nowMs;
    },
  };
}

it('no turn is longer than its two milliseconds and one step', () => {
  const { turns, work, run } = machine();
  turns.wake(new Lane(UNLIMITED), work('a', 100_000));
  expect(run()).toBeLessThan(2 + 0.64 + 0.01);
});

it('an account with little to do waits for a quantum of each that has much', () => {
  const { turns, work, done, run } = machine();
  for (const name of ['a', 'b', 'c']) turns.wake(new Lane(UNLIMITED), work(name, 100_000));
  turns.wake(new Lane(UNLIMITED), work('small', 1));
  run(3);
  expect(done.indexOf('small')).toBeLessThanOrEqual(3 * 64);
});

it('one with a hundred connections gets no more than one with a single one', () => {
  const { turns, work, done, run } = machine();
  const many = new Lane(UNLIMITED);
  for (let index = 0; index < 100; index += 1) turns.wake(many, work('many', 10_000));
  turns.wake(new Lane(UNLIMITED), work('one', 100_000));
  run(50);
  const share = done.filter((name) => name === 'many').length / done.length;
  expect(share).toBeGreaterThan(0.45);
  expect(share).toBeLessThan(0.55);
});

it('the connections of one account take turns', () => {
  const { turns, work, done, run } = machine();
  const lane = new Lane(UNLIMITED);
  turns.wake(lane, work('first', 1000));
  turns.wake(lane, work('second', 1));
  run(2);
  expect(done.indexOf('second')).toBeLessThanOrEqual(64);
});

it('an account at its rate waits, and then gets what it is due', () => {
  const world = machine();
  const lane = new Lane(createWorkRate({ perSecond: 1000, burst: 100 }, 0));
  world.turns.wake(lane, world.work('tenant', 2100));
  world.run();
  expect(world.done).toHaveLength(2100);
  // A burst of 100 at once, and two seconds for the others.
  expect(world.nowMs).toBeGreaterThan(1900);
  expect(world.nowMs).toBeLessThan(2200);
});

it('a fault in the work of one ends only that', () => {
  const { turns, work, done, faults, run } = machine();
  const broken: Task = {
    step() {
      throw new Error('a fault');
    },
  };
  const lane = new Lane(UNLIMITED);
  turns.wake(lane, broken);
  turns.wake(lane, work('other', 10));
  run();
  expect(faults).toHaveLength(1);
  expect(done).toHaveLength(10);
});

it('what is written at the end of a turn is written before more is made', () => {
  const { turns, work, done, run } = machine();
  const lane = new Lane(UNLIMITED);
  const written: number[] = [];
  turns.wake(lane, work('a', 1000));
  turns.soil({ flush: () => void written.push(done.length) });
  run();
  expect(written).toEqual([0]);
});
