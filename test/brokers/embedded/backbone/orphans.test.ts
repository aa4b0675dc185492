/** Pins when a broker sees to what another one has left: not while it may be the one that was away, and until it is done. */

import { expect, it } from 'vitest';
import { lookAfter } from '../../../../src/brokers/embedded/backbone/shared/orphans.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { recordingLog } from '../../../support/recording-log.ts';

function looking() {
  const clock = manualClock();
  const fence = { steadyMs: 60_000 };
  const log = recordingLog();
  let looks = 0;
  let failures = 0;
  const adopt = async () => {
    looks += 1;
    if (failures > 0) {
      failures -= 1;
      throw new Error('the cluster does not answer');
    }
  };
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) {
      clock.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return {
    ...lookAfter({ adopt, fence, clock, log }),
    fence,
    log,
    clock,
    pass,
    looks: () => looks,
    fail: (count: number) => {
      failures = count;
    },
  };
}

it('is seen to at once by a broker that was in reach all the while', async () => {
  const { soon, looks } = looking();
  soon();
  expect(looks()).toBe(1);
});

it('waits while the broker has just come back itself, since it has not heard yet who lives', async () => {
  const { soon, looks, fence, pass } = looking();
  fence.steadyMs = 0;
  soon();
  await pass(10_000);
  expect(looks()).toBe(0);
  fence.steadyMs = 3000;
  await pass(1000);
  expect(looks()).toBe(1);
  await pass(10_000);
  expect(looks()).toBe(1);
});

it('is seen to again until it succeeds, and once more where another one is gone meanwhile', async () => {
  const { soon, looks, fail, log, pass } = looking();
  fail(2);
  soon();
  soon();
  await pass(3000);
  expect(looks()).toBe(3);
  expect(log.lines.map(({ message }) => message)).toEqual([
    expect.stringContaining('trying on'),
    expect.stringContaining('trying on'),
  ]);
});

it('is nobody’s affair who has ended', async () => {
  const { soon, close, looks, fence, pass, clock } = looking();
  fence.steadyMs = 0;
  soon();
  close();
  fence.steadyMs = 60_000;
  await pass(2000);
  expect([looks(), clock.waiting]).toEqual([0, 0]);
});
