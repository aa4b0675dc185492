/** Pins when a start is tried again: while the cluster has no majority, with all closed that had started, and not for ever; else never. */

import { beforeEach, describe, expect, it } from 'vitest';
import { startWhole } from '../../src/app/cluster/starting.ts';
import type { Closers } from '../../src/core/lifecycle.ts';
import { ApiError } from '../../src/protocol/api-error.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

const IN_CLUSTER = { cluster: { name: 'n', servers: ['127.0.0.1:4222'] } };
const NO_MAJORITY = new ApiError('unavailable', { message: 'no majority', retryAfterSeconds: 1 });
const REFUSED = new ApiError('unavailable', { message: 'another key' });

let clock: ManualClock;
let closed: number;
beforeEach(() => {
  clock = manualClock();
  closed = 0;
});

/** Fails so many times before it succeeds. */
function starting(times: number, error: unknown) {
  let left = times;
  return async (closers: Closers) => {
    closers.add('a part', () => {
      closed += 1;
    });
    left -= 1;
    if (left >= 0) throw error;
    return 'started';
  };
}

async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    clock.advance(500);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a start', () => {
  it('that finds no majority is tried again, when all of it was closed', async () => {
    const log = recordingLog();
    const app = startWhole(IN_CLUSTER, { log, clock }, starting(3, NO_MAJORITY));
    await pass(10_000);
    expect(await app).toBe('started');
    expect(closed).toBe(3);
    expect(log.visible()).toHaveLength(3);
  });

  it('is given up after five minutes', async () => {
    const app = startWhole(IN_CLUSTER, { log: recordingLog(), clock }, starting(1000, NO_MAJORITY));
    const outcome = expect(app).rejects.toBe(NO_MAJORITY);
    await pass(310_000);
    await outcome;
  });

  it('that is refused ends at once, and so does any that stands alone', async () => {
    const surroundings = { log: recordingLog(), clock };
    await expect(startWhole(IN_CLUSTER, surroundings, starting(1, REFUSED))).rejects.toBe(REFUSED);
    await expect(startWhole({ cluster: undefined }, surroundings, starting(1, NO_MAJORITY))).rejects.toBe(NO_MAJORITY);
    expect(closed).toBe(2);
  });

  it('that nobody wants any more ends at once', async () => {
    const stop = new AbortController();
    const surroundings = { log: recordingLog(), clock, stopping: stop.signal };
    const app = startWhole(IN_CLUSTER, surroundings, starting(1000, NO_MAJORITY));
    const outcome = expect(app).rejects.toBe(NO_MAJORITY);
    await pass(1000);
    stop.abort();
    await outcome;
  });
});
