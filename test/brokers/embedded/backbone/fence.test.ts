/** Pins when a broker that reaches nobody stops serving those whom others may have removed. */

import { expect, it } from 'vitest';
import { raiseFence } from '../../../../src/brokers/embedded/backbone/fence.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { recordingLog } from '../../../support/recording-log.ts';

function fenced() {
  const clock = manualClock();
  const log = recordingLog();
  let isReached = true;
  let cuts = 0;
  const reach = async () => {
    if (!isReached) throw new Error('nobody answers');
  };
  const onCutOff = () => {
    cuts += 1;
  };
  const fence = raiseFence({ reach, onCutOff, clock, log });
  return {
    fence,
    log,
    cuts: () => cuts,
    reached(now: boolean) {
      isReached = now;
    },
    async pass(seconds: number) {
      await new Promise((resolve) => setImmediate(resolve));
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1000);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

it('is open for as long as a majority answers', async () => {
  const { fence, pass, cuts } = fenced();
  await pass(60);
  expect([fence.isClosed, cuts()]).toEqual([false, 0]);
});

it('lets nobody in after five seconds of silence, and sends tenants away after ten, once', async () => {
  const { fence, pass, reached, cuts } = fenced();
  await pass(1);
  reached(false);
  await pass(4);
  expect([fence.isClosed, cuts()]).toEqual([false, 0]);
  await pass(1);
  expect([fence.isClosed, cuts()]).toEqual([true, 0]);
  await pass(4);
  expect(cuts()).toBe(0);
  await pass(10);
  expect([fence.isClosed, cuts()]).toEqual([true, 1]);
});

it('opens again when the cluster is back, and says so', async () => {
  const { fence, pass, reached, log } = fenced();
  reached(false);
  await pass(15);
  reached(true);
  await pass(1);
  expect(fence.isClosed).toBe(false);
  expect(log.visible()).toEqual([
    'error: the cluster is out of reach: clients of MQTT instances are sent away until it is back',
    'info: the cluster is reached again: tenants of the broker may come back',
  ]);
});
