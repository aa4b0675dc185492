/** Pins what the past makes of a camera that is really judged: with the wait for a feed that may come back, and with what covers all cameras. */

import { beforeEach, expect, it } from 'vitest';
import { createBus } from '../../../src/core/bus.ts';
import { createCameras } from '../../../src/core/cameras/cameras.ts';
import { CAMERAS } from '../../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import { createHistory } from '../../../src/core/outages/history.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { BEGIN, camera } from './setting.ts';

type Told =
  | { readonly kind: 'ready' }
  | { readonly kind: 'notReady'; readonly absence: 'wanted' }
  | { readonly kind: 'unknown'; readonly reason: string };

async function world() {
  const store = memoryStore(COLLECTIONS);
  await store.commit((tx) => tx.collection(CAMERAS).put(camera('1')));
  const clock = manualClock(BEGIN);
  const log = recordingLog();
  const bus = createBus(log);
  const cameras = createCameras(store, bus, clock, log);
  const history = createHistory({ store, bus, clock, log, cameras });
  history.start();
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    cameras,
    async pass(seconds: number) {
      clock.advance(seconds * 1000);
      await settled();
    },
    see: (seen: Told) => cameras.observe('1', { ...seen, at: new Date(clock.now()).toISOString() }),
    /** In seconds since the beginning. */
    outages: () =>
      [...history.outages()].map(({ kind, reason, fromMs, toMs }) => {
        const seconds = (ms: number) => (ms - Date.parse(BEGIN)) / 1000;
        return [kind, reason, seconds(fromMs), toMs === null ? null : seconds(toMs)];
      }),
  };
}

let life: Awaited<ReturnType<typeof world>>;
beforeEach(async () => {
  life = await world();
  await life.see({ kind: 'ready' });
  await life.pass(60);
});

it('a feed that is back within its grace makes no outage', async () => {
  await life.see({ kind: 'notReady', absence: 'wanted' });
  await life.pass(9);
  await life.see({ kind: 'ready' });
  await life.pass(60);
  expect(life.outages()).toEqual([]);
});

it('a feed that stays away was away from the beginning', async () => {
  await life.see({ kind: 'notReady', absence: 'wanted' });
  await life.pass(30);
  await life.see({ kind: 'ready' });
  expect(life.outages()).toEqual([['down', 'no-feed', 60, 90]]);
});

it('a server that cannot be asked blinds us, whatever the camera does', async () => {
  await life.see({ kind: 'unknown', reason: 'mediamtx-unreachable' });
  await life.pass(20);
  await life.see({ kind: 'ready' });
  await life.cameras.cover('nestmtx-unreachable');
  await life.pass(20);
  await life.cameras.cover(null);
  expect(life.outages()).toEqual([
    ['blind', 'mediamtx-unreachable', 60, 80],
    ['blind', 'nestmtx-unreachable', 80, 100],
  ]);
});
