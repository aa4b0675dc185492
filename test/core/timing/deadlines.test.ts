import { expect, it } from 'vitest';
import { createDeadlines } from '../../../src/core/timing/deadlines.ts';
import { manualClock } from '../../support/manual-clock.ts';

function setting() {
  const clock = manualClock();
  const rung: [string, number][] = [];
  const start = clock.now();
  const deadlines = createDeadlines(clock, (key) => rung.push([key, clock.now() - start]));
  return { clock, rung, deadlines, at: (ms: number) => start + ms };
}

it('each deadline rings once, at its moment, in any order of setting, with one timer for all', () => {
  const { clock, rung, deadlines, at } = setting();
  for (const [key, ms] of [
    ['c', 300],
    ['a', 100],
    ['b', 200],
    ['past', -50],
  ] as const) {
    deadlines.set(key, at(ms));
    expect(clock.waiting).toBe(1);
  }
  clock.advance(1000);
  expect(rung).toEqual([
    ['past', 0],
    ['a', 100],
    ['b', 200],
    ['c', 300],
  ]);
  expect(clock.waiting).toBe(0);
});

it('a deadline that was moved or taken away does not ring at its old moment', () => {
  const { clock, rung, deadlines, at } = setting();
  deadlines.set('moved', at(100));
  deadlines.set('gone', at(100));
  deadlines.set('moved', at(500));
  deadlines.set('gone', undefined);
  clock.advance(499);
  expect(rung).toEqual([]);
  clock.advance(1);
  expect(rung).toEqual([['moved', 500]]);
});

it('a deadline in years is waited for in steps that a timer can hold', () => {
  const { clock, rung, deadlines, at } = setting();
  const years = 3 * 365 * 86_400_000;
  deadlines.set('far', at(years));
  clock.advance(years - 1);
  expect(rung).toEqual([]);
  clock.advance(1);
  expect(rung).toEqual([['far', years]]);
});

it('a clock that is set back by days makes nothing wait for as long', () => {
  const { clock, rung, deadlines, at } = setting();
  deadlines.set('a', at(1000));
  deadlines.set('b', at(2000));
  clock.advance(500);
  clock.setBack(30 * 86_400_000);
  clock.advance(500);
  expect(rung.map(([key]) => key)).toEqual(['a']);
  deadlines.set('c', clock.now() + 100);
  clock.advance(100);
  expect(rung.map(([key]) => key)).toEqual(['a', 'c']);
  clock.advance(900);
  expect(rung.map(([key]) => key)).toEqual(['a', 'c', 'b']);
});

it('after the end nothing rings', () => {
  const { clock, rung, deadlines, at } = setting();
  deadlines.set('a', at(100));
  deadlines.close();
  clock.advance(1000);
  expect([rung, clock.waiting]).toEqual([[], 0]);
});
