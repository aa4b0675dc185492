/** Pins that work which failed is tried until it succeeds, ever more slowly, once at a time, and not after the end. */

import { expect, it } from 'vitest';
import { createRetries } from '../../../src/core/timing/retries.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { recordingLog } from '../../support/recording-log.ts';

function setting(failures = 0) {
  const [clock, log] = [manualClock(), recordingLog()];
  const tried: [string, number][] = [];
  const work = async (key: string) => {
    tried.push([key, clock.monotonicMs() / 1000]);
    if (tried.length <= failures) throw new Error('broker away');
  };
  const retries = createRetries(work, clock, log);
  const pass = async (seconds: number) => {
    for (let passed = 0; passed < seconds; passed += 1) {
      clock.advance(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { clock, log, tried, retries, pass };
}

it('it is done a second later, once, however often it is asked for', async () => {
  const { clock, retries, tried, pass } = setting();
  for (const key of ['a', 'a', 'b']) retries.later(key);
  expect(tried).toEqual([]);
  await pass(1);
  expect(tried).toEqual([
    ['a', 1],
    ['b', 1],
  ]);
  await pass(300);
  expect([tried.length, clock.waiting]).toEqual([2, 0]);
});

it('the pause doubles up to a minute, and each failure is in the log', async () => {
  const { log, retries, tried, pass } = setting(8);
  retries.later('a');
  await pass(300);
  expect(tried.map(([, second]) => second)).toEqual([1, 3, 7, 15, 31, 63, 123, 183, 243]);
  const message = 'unfinished work could not be finished; trying again';
  expect(log.lines).toEqual(
    Array.from({ length: 8 }, (_none, index) => ({
      ...{ level: 'warn', message },
      fields: { err: new Error('broker away'), key: 'a', attempts: index + 1 },
    })),
  );
});

it('after the end nothing is tried, and what is under way is waited for', async () => {
  const clock = manualClock();
  let finish = () => {};
  const begun: string[] = [];
  const work = (key: string) => {
    begun.push(key);
    return new Promise<void>((_resolve, reject) => {
      finish = () => reject(new Error('too late'));
    });
  };
  const retries = createRetries(work, clock, recordingLog());
  retries.later('a');
  clock.advance(1000);
  retries.later('b');
  let isClosed = false;
  const closed = retries.close().then(() => {
    isClosed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect([isClosed, clock.waiting]).toEqual([false, 0]);
  finish();
  await closed;
  retries.later('c');
  clock.advance(3_600_000);
  expect([begun, clock.waiting]).toEqual([['a'], 0]);
});

it('what has ended is not waited for', async () => {
  const { retries, pass } = setting();
  retries.later('a');
  await pass(1);
  await retries.close();
});
