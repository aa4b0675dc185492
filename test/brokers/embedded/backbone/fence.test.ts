/** Pins when a broker that reaches nobody stops serving those whom others may have removed. */

import { expect, it } from 'vitest';
import { ALONE } from '../../../../src/brokers/embedded/backbone/alone.ts';
import type { Company } from '../../../../src/brokers/embedded/backbone/backbone.ts';
import { raiseFence } from '../../../../src/brokers/embedded/backbone/fence.ts';
import { startEmbeddedBroker } from '../../../../src/brokers/embedded/embedded.ts';
import { KEEPS_NOTHING } from '../../../../src/brokers/embedded/kept/keeper.ts';
import { topicsOf } from '../../../../src/protocol/topics.ts';
import { tenants } from '../../../support/brokers/directory.ts';
import { connectClient } from '../../../support/brokers/mqtt-client.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { recordingLog } from '../../../support/recording-log.ts';
import { systemClock } from '../../../support/system-clock.ts';

it('is felt by tenants, whichever version of MQTT they speak, and by nobody of the house: the broker serves on', async () => {
  let closeTenants = () => {};
  const company: Company = {
    keeper: KEEPS_NOTHING,
    join(here) {
      closeTenants = here.closeTenants;
      return ALONE;
    },
  };
  const setup = { topics: topicsOf('nestmtx'), clock: systemClock, listen: { host: '127.0.0.1', port: 0 } };
  const broker = await startEmbeddedBroker({ ...setup, directory: tenants(), log: recordingLog(), company });
  const connect = (name: string, version: 3 | 4 | 5) =>
    connectClient({ url: `mqtt://127.0.0.1:${broker.port}`, username: name, password: name, version });
  const root = await connect('root', 5);
  const alice = await Promise.all(([3, 4, 5] as const).map((version) => connect('alice', version)));
  closeTenants();
  expect(await Promise.all(alice.map(({ closed }) => closed))).toEqual([undefined, undefined, 0x9c]);
  await root.publish('house/lamp', 'on', { qos: 1 });
  await (await connect('alice', 5)).end();
  await root.end();
  await broker.close();
});

const refuse = () => Promise.reject(new Error('nobody answers'));

function fenced(unanswered: () => Promise<never> = refuse) {
  const clock = manualClock();
  const log = recordingLog();
  let isReached = true;
  let cuts = 0;
  const reach = async () => {
    if (!isReached) await unanswered();
  };
  const onCutOff = () => {
    cuts += 1;
  };
  const fence = raiseFence({ reach, onCutOff, clock, log });
  return {
    fence,
    log,
    clock,
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

it('is no higher for a question that waits for an answer that never comes', async () => {
  const { fence, pass, reached, cuts } = fenced(() => new Promise(() => {}));
  await pass(1);
  reached(false);
  await pass(8);
  expect([fence.isClosed, cuts()]).toEqual([true, 0]);
  reached(true);
  await pass(5);
  expect([fence.isClosed, cuts()]).toEqual([false, 0]);
});

it('counts from its return how long it has been in reach, also for a broker that stood still', async () => {
  const { fence, pass, reached, clock } = fenced();
  await pass(60);
  expect(fence.steadyMs).toBe(60_000);
  reached(false);
  await pass(20);
  expect(fence.steadyMs).toBe(0);
  reached(true);
  await pass(5);
  expect(fence.steadyMs).toBeLessThan(6000);
  clock.sleep(30_000);
  expect(fence.steadyMs).toBe(0);
});

it('opens at once after less than others take a broker for lost, and else not before they have heard of it again', async () => {
  const { fence, pass, reached } = fenced();
  await pass(1);
  reached(false);
  await pass(8);
  expect(fence.isClosed).toBe(true);
  reached(true);
  await pass(1);
  expect(fence.isClosed).toBe(false);
  reached(false);
  await pass(12);
  reached(true);
  await pass(2);
  expect(fence.isClosed).toBe(true);
  await pass(2);
  expect(fence.isClosed).toBe(false);
});

it('opens again when the cluster is back, and says so', async () => {
  const { fence, pass, reached, log } = fenced();
  reached(false);
  await pass(15);
  reached(true);
  await pass(6);
  expect(fence.isClosed).toBe(false);
  expect(log.visible()).toEqual([
    'error: the cluster is out of reach: clients of MQTT instances are sent away until it is back',
    'info: the cluster is reached again: tenants of the broker may come back',
  ]);
});
