/** Pins that a stream whose bridge died is shown by nobody for ever, and that one which lasts is left alone. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { ALL_COLLECTIONS } from '../../../src/app/collections.ts';
import { createBus } from '../../../src/core/bus.ts';
import { type Cameras, createCameras } from '../../../src/core/cameras/cameras.ts';
import { CAMERAS } from '../../../src/core/cameras/records.ts';
import type { Store } from '../../../src/core/store.ts';
import { type GoogleCameras, googleCameras } from '../../../src/google/google-cameras.ts';
import { type Leftovers, watchLeftovers } from '../../../src/google/streams/leftovers.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { DOOR } from '../../support/cameras/records.ts';
import { storesOnOneLog } from '../../support/cluster/one-log.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { recordingLog } from '../../support/recording-log.ts';

const MINUTE_MS = 60_000;

let clock: ManualClock;
let ends: (() => void)[];
let open: () => Promise<Store>;
let [a, b]: Bridge[] = [];

interface Bridge {
  readonly store: Store;
  readonly cameras: Cameras;
  readonly served: GoogleCameras;
  readonly leftovers: Leftovers;
  sees: boolean;
  /** Nothing can be stored by it. */
  isRefused: boolean;
}

async function bridge(): Promise<Bridge> {
  const [kept, log] = [await open(), recordingLog()];
  const own = { sees: true, isRefused: false };
  const store: Store = {
    ...kept,
    commit: (change) => (own.isRefused ? Promise.reject(new ApiError('unavailable')) : kept.commit(change)),
  };
  const ways = { firstSight: () => null, isWatched: () => true, shared: { judges: () => true, epoch: () => 1 } };
  const cameras = createCameras(store, createBus(log), clock, log, ways);
  const served = googleCameras({ store, cameras, clock, hasMediaMtx: true, seesMediaMtx: () => own.sees });
  const leftovers = watchLeftovers({ served, clock, log });
  ends.push(leftovers.close, cameras.close);
  return Object.assign(own, { store, cameras, served, leftovers });
}

beforeEach(async () => {
  clock = manualClock();
  ends = [];
  open = storesOnOneLog(ALL_COLLECTIONS);
  a = await bridge();
  await a.store.commit((tx) => tx.collection(CAMERAS).put({ ...DOOR, sourceType: 'google' }));
  b = await bridge();
});
afterEach(() => {
  for (const end of ends) end();
});

async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
}

const shown = () => b?.store.collection(CAMERAS).get('7')?.expiresAt;

it('a stream that nobody moves on is over a minute after it was to end, and so is the demand for it', async () => {
  await a?.served.demand('7');
  await a?.served.showExpiry('7', clock.now() + 5 * MINUTE_MS);
  a?.leftovers.close();
  expect(b?.leftovers.has('7')).toBe(true);
  await pass(5 * MINUTE_MS + 59_000);
  expect([shown(), b?.cameras.facts('7').demanded]).toEqual([expect.any(String), true]);
  await pass(1000);
  expect([shown(), b?.cameras.facts('7').demanded]).toEqual([null, false]);
});

it('a stream that is over is shown no more also where that could not be stored at first, as while NATS chooses a leader', async () => {
  await a?.served.demand('7');
  await a?.served.showExpiry('7', clock.now() + 5 * MINUTE_MS);
  a?.leftovers.close();
  if (b) b.isRefused = true;
  await pass(6 * MINUTE_MS + 1000);
  expect(shown()).not.toBeNull();
  if (b) b.isRefused = false;
  await pass(MINUTE_MS);
  expect([shown(), b?.cameras.facts('7').demanded]).toEqual([null, false]);
});

it('a stream that is moved on stays, and so does the next one of another bridge', async () => {
  await a?.served.showExpiry('7', clock.now() + 5 * MINUTE_MS);
  await pass(4 * MINUTE_MS);
  await a?.served.showExpiry('7', clock.now() + 5 * MINUTE_MS);
  await pass(3 * MINUTE_MS);
  expect(shown()).not.toBeNull();
  const endsMs = clock.now() + 5 * MINUTE_MS;
  await b?.served.showExpiry('7', endsMs);
  await pass(4 * MINUTE_MS);
  expect(shown()).toContain(new Date(endsMs).toISOString().slice(0, 19));
  // The end of the former one is none of the latter.
  await a?.served.hideExpiry('7', endsMs - MINUTE_MS);
  expect(shown()).not.toBeNull();
});

it('a camera that another bridge serves by now is not watched here, however ready it is, and its demand is ended by that one', async () => {
  await a?.served.demand('7');
  await a?.cameras.observe('7', { kind: 'ready', at: new Date(clock.now()).toISOString() });
  expect([a?.served.isWatched('7'), b?.served.isWatched('7')]).toEqual([true, true]);
  if (a) a.sees = false;
  expect([a?.served.isWatched('7'), b?.served.isWatched('7')]).toEqual([false, true]);
  await b?.cameras.observe('7', { kind: 'notReady', at: new Date(clock.now()).toISOString(), absence: 'idle' });
  await a?.served.endDemand('7');
  expect(b?.cameras.facts('7').demanded).toBe(true);
  await b?.served.endDemand('7');
  expect(a?.cameras.facts('7').demanded).toBe(false);
});
