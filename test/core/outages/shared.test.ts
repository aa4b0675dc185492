/** Pins the past of cameras where several bridges have them: one keeps it, all show the same, and nobody is blind when another one goes on. */

import { expect, it } from 'vitest';
import { type Bus, createBus } from '../../../src/core/bus.ts';
import { type Cameras, createCameras } from '../../../src/core/cameras/cameras.ts';
import { CAMERAS } from '../../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import { createHistory, type History } from '../../../src/core/outages/history.ts';
import { CAMERA_CONDITIONS } from '../../../src/core/outages/records.ts';
import type { Store } from '../../../src/core/store.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { storesOnOneLog } from '../../support/cluster/one-log.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { BEGIN, camera } from './setting.ts';

interface Bridge {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: ManualClock;
  readonly cameras: Cameras;
  readonly history: History;
  /** Nothing can be stored by it. */
  isRefused: boolean;
}

async function pair(): Promise<readonly [Bridge, Bridge]> {
  const open = storesOnOneLog(COLLECTIONS);
  const make = async (): Promise<Bridge> => {
    const [own, log, clock] = [await open(), recordingLog(), manualClock(BEGIN)];
    const store: Store = {
      ...own,
      commit: (change) => (bridge.isRefused ? Promise.reject(new ApiError('unavailable')) : own.commit(change)),
    };
    const bus = createBus(log);
    const shared = { judges: () => true, epoch: () => 1 };
    const ways = { firstSight: () => null, isWatched: () => true, shared };
    const cameras = createCameras(store, bus, clock, log, ways);
    const history = createHistory({ store, bus, clock, log, cameras, isShared: true });
    const bridge: Bridge = { store, bus, clock, cameras, history, isRefused: false };
    return bridge;
  };
  const one = await make();
  await one.store.commit((tx) => tx.collection(CAMERAS).put(camera('1')));
  return [one, await make()];
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

async function pass(bridges: readonly Bridge[], seconds: number): Promise<void> {
  for (const { clock } of bridges) clock.advance(seconds * 1000);
  await settled();
}

const outages = ({ history }: Bridge) => [...history.outages()];
const at = ({ clock }: Bridge) => new Date(clock.now()).toISOString();

it('is kept by the one that leads, whoever saw what happened, and shown by all', async () => {
  const [a, b] = await pair();
  a.history.start();
  await b.cameras.observe('1', { kind: 'ready', at: at(b) });
  await pass([a, b], 60);
  await b.cameras.observe('1', { kind: 'notReady', at: at(b), absence: 'stalled' });
  await pass([a, b], 60);
  expect(outages(a)).toMatchObject([{ kind: 'down', reason: 'stalled' }]);
  expect(outages(b)).toEqual(outages(a));
  expect(b.history.uptime('1')).toEqual(a.history.uptime('1'));
});

it('goes on when another one leads a moment later, and knows of the time in which nobody did', async () => {
  const [a, b] = await pair();
  const end = a.history.start();
  await a.cameras.observe('1', { kind: 'ready', at: at(a) });
  await pass([a, b], 60);
  await end();
  await pass([a, b], 3);
  const endOfB = b.history.start(true);
  await pass([a, b], 60);
  expect(outages(b)).toEqual([]);
  await endOfB();
  await pass([a, b], 600);
  a.history.start(false);
  await settled();
  expect(outages(a)).toMatchObject([{ kind: 'blind', reason: 'service-stopped' }]);
  expect([...b.store.collection(CAMERA_CONDITIONS).values()]).toEqual([
    ...a.store.collection(CAMERA_CONDITIONS).values(),
  ]);
});

it('is kept also where it could not be stored when it was due, as while NATS chooses a leader', async () => {
  const [a, b] = await pair();
  a.history.start();
  await b.cameras.observe('1', { kind: 'ready', at: at(b) });
  await pass([a, b], 60);
  a.isRefused = true;
  await b.cameras.observe('1', { kind: 'notReady', at: at(b), absence: 'stalled' });
  await pass([a, b], 10);
  expect(outages(b)).toEqual([]);
  await b.cameras.observe('1', { kind: 'ready', at: at(b) });
  await pass([a, b], 10);
  a.isRefused = false;
  await pass([a, b], 60);
  expect(outages(a)).toMatchObject([{ kind: 'down', reason: 'stalled', toMs: Date.parse(at(a)) - 70_000 }]);
  expect(outages(b)).toEqual(outages(a));
});
