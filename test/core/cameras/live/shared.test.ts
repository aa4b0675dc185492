/** Pins what several bridges make of the same cameras: one truth, numbered once, whoever looks; and nothing of one that has lost the source. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Bus, createBus } from '../../../../src/core/bus.ts';
import { type Cameras, createCameras } from '../../../../src/core/cameras/cameras.ts';
import type { Observation } from '../../../../src/core/cameras/observation.ts';
import { CAMERA_STATES, CAMERAS, type CameraRecord } from '../../../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../../../src/core/collections.ts';
import { PAST_EVENTS } from '../../../../src/core/happened/past-events.ts';
import type { Store } from '../../../../src/core/store.ts';
import { ApiError } from '../../../../src/protocol/api-error.ts';
import { storesOnOneLog } from '../../../support/cluster/one-log.ts';
import { type ManualClock, manualClock } from '../../../support/manual-clock.ts';
import { recordingLog } from '../../../support/recording-log.ts';

const at = '2026-11-21T10:00:00.000Z';
const CAMERA: CameraRecord = {
  id: '1',
  credentialId: null,
  uid: 'one',
  room: 'r',
  name: 'one',
  info: null,
  mtxPath: 'one',
  isEnabled: true,
  isPersistent: false,
  expiresAt: null,
  sourceType: 'publisher',
  sealedSourceUrl: null,
  createdAt: at,
  updatedAt: at,
};

interface Bridge {
  readonly store: Store;
  readonly bus: Bus;
  readonly cameras: Cameras;
  readonly clock: ManualClock;
  /** What its own listeners were told of states. */
  readonly shown: unknown[];
  /** Lets time speak. */
  judges: boolean;
  /** Nothing can be stored by it. */
  isRefused: boolean;
}

/** @param judges which of them lets time speak */
async function bridges(count: number, judges = 0): Promise<Bridge[]> {
  const open = storesOnOneLog(COLLECTIONS);
  const all: Bridge[] = [];
  for (let i = 0; i < count; i += 1) {
    const own = await open();
    const store: Store = {
      ...own,
      commit: (change) => (bridge.isRefused ? Promise.reject(new ApiError('unavailable')) : own.commit(change)),
    };
    if (i === 0) await own.commit((tx) => tx.collection(CAMERAS).put(CAMERA));
    const [log, clock] = [recordingLog(), manualClock(at)];
    const bus = createBus(log);
    const ways = {
      firstSight: () => 'feed' as const,
      isWatched: () => true,
      shared: { judges: () => bridge.judges, epoch: () => 3 },
    };
    const cameras = createCameras(store, bus, clock, log, ways);
    const shown: unknown[] = [];
    bus.on('cameraState', ({ state }) => shown.push(state));
    const bridge: Bridge = { store, bus, cameras, clock, shown, judges: i === judges, isRefused: false };
    all.push(bridge);
  }
  return all;
}

const numbersIn = (store: Store) =>
  [...store.collection(PAST_EVENTS).values()].map(({ event }) => event.details['seq']);

const observation: fc.Arbitrary<Observation> = fc.oneof(
  fc.constantFrom('demand', 'unDemand', 'stalled', 'ready', 'notReady').map((kind): Observation => ({ kind, at })),
  fc.constantFrom('up', 'silent', 'refused').map((finding): Observation => ({ kind: 'look', at, finding })),
);

it('however the observations of three bridges meet, there is one state, and each number is told once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(2), observation, fc.boolean()), { maxLength: 30 }), async (all) => {
      const three = await bridges(3);
      const under: Promise<unknown>[] = [];
      for (const [by, seen, isWaitedFor] of all) {
        under.push(three[by]?.cameras.observe('1', seen) ?? Promise.resolve());
        if (isWaitedFor) await Promise.all(under);
      }
      await Promise.all(under);
      const [one] = three;
      const numbers = one ? numbersIn(one.store).map(Number) : [];
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      const states = three.map(({ cameras }) => cameras.state(1));
      const last = three.map(({ store }) => store.collection(CAMERA_STATES).get('1')?.seq ?? 0);
      expect(new Set(states.map((state) => JSON.stringify(state))).size).toBe(1);
      expect(states.map((state) => state?.seq)).toEqual(last);
    }),
    { numRuns: 60 },
  );
});

it('what one bridge sees, the others show at once, with all that was made of it', async () => {
  const [a, b] = await bridges(2);
  await a?.cameras.observe('1', { kind: 'ready', at });
  await a?.cameras.observe('1', { kind: 'notReady', at, absence: 'wanted' });
  await a?.cameras.observe('1', { kind: 'look', at, finding: 'refused' });
  expect(b?.cameras.state(1)).toEqual(a?.cameras.state(1));
  expect(b?.shown.at(-1)).toMatchObject({ ready: false, online: false, reason: 'refused' });
  expect(b?.cameras.facts('1')).toEqual(a?.cameras.facts('1'));
  await a?.cameras.change((_tx, tell) => tell('removed', CAMERA));
  expect(b?.shown.at(-1)).toBeNull();
});

it('an observation of a bridge that has lost the source meanwhile changes nothing, there either', async () => {
  const [a, b] = await bridges(2);
  const told: string[] = [];
  a?.bus.on('event', ({ event }) => told.push(event));
  const refuse = () => {
    throw new ApiError('unavailable');
  };
  const { isRefused } = (await a?.cameras.observe('1', { kind: 'ready', at }, false, refuse)) ?? {};
  expect(isRefused).toBe(true);
  expect([told, a?.cameras.state(1)?.ready, b?.cameras.state(1)?.ready]).toEqual([[], false, false]);
  expect(await b?.cameras.observe('1', { kind: 'ready', at })).toEqual({ events: ['ready'], seq: 1 });
  expect(a?.cameras.state(1)).toMatchObject({ ready: true, seq: 1 });
});

it('a bridge that takes over goes on where the other one was, and begins anew where nobody has looked for long', async () => {
  const [a, b] = await bridges(2);
  await a?.cameras.observe('1', { kind: 'ready', at });
  b?.cameras.seenHere([CAMERA], false);
  expect(b?.cameras.state(1)).toMatchObject({ ready: true, reason: null });
  b?.cameras.seenHere([CAMERA], true);
  expect(b?.cameras.state(1)).toMatchObject({ ready: false, reason: 'starting' });
});

it('time speaks by the mouth of one bridge, also of what another has begun', async () => {
  const [a, b] = await bridges(2, 1);
  await a?.cameras.observe('1', { kind: 'ready', at });
  await a?.cameras.observe('1', { kind: 'notReady', at, absence: 'wanted' });
  a?.clock.advance(60_000);
  await settled();
  expect(a?.cameras.state(1)?.online).toBe(true);
  b?.clock.advance(60_000);
  await settled();
  expect(a?.cameras.state(1)).toMatchObject({ online: false, reason: 'no-feed' });
});

it('that a camera is down is told also where it could not be stored when it was due, as while NATS chooses a leader', async () => {
  const [a] = await bridges(1);
  if (a === undefined) throw new Error('there is none');
  const told: string[] = [];
  a.bus.on('event', ({ event }) => told.push(event));
  await a.cameras.observe('1', { kind: 'ready', at });
  await a.cameras.observe('1', { kind: 'notReady', at, absence: 'wanted' });
  a.isRefused = true;
  for (let i = 0; i < 3; i += 1) await pass(a, 10_000);
  expect(told).not.toContain('offline');
  a.isRefused = false;
  await pass(a, 10_000);
  expect(a.cameras.state(1)).toMatchObject({ online: false, reason: 'no-feed' });
  await pass(a, 60_000);
  expect(told.filter((event) => event === 'offline')).toHaveLength(1);
});

it('that a camera is down is told also where the bridge that was to say so has died, when the next one has had time to look', async () => {
  const [a, b] = await bridges(2);
  if (a === undefined || b === undefined) throw new Error('there are none');
  await a.cameras.observe('1', { kind: 'ready', at });
  await a.cameras.observe('1', { kind: 'notReady', at, absence: 'wanted' });
  await pass(b, 15_000);
  b.judges = true;
  b.cameras.seenHere([CAMERA], false);
  await pass(b, 4000);
  expect(b.cameras.state(1)).toMatchObject({ online: true, reason: 'no-feed' });
  await pass(b, 2000);
  expect(b.cameras.state(1)).toMatchObject({ online: false, reason: 'no-feed' });
});

it('that it is quiet is shown of all cameras, whichever bridge was asked for it, and so is its end before the time', async () => {
  const [a, b] = await bridges(2, 1);
  await a?.cameras.quieten(new Date(a.clock.now() + 60_000).toISOString());
  await settled();
  expect([a?.shown.at(-1), b?.shown.at(-1)]).toEqual(
    Array(2).fill(expect.objectContaining({ quietUntil: expect.any(String) })),
  );
  await a?.cameras.quieten(null);
  await settled();
  expect(a?.shown.at(-1)).not.toHaveProperty('quietUntil');
});

it('that it is quiet no more is shown also where it could not be stored at once, or whoever was to show it has died', async () => {
  const [a, b] = await bridges(2);
  if (a === undefined || b === undefined) throw new Error('there are none');
  const until = (seconds: number) => new Date(a.clock.now() + seconds * 1000).toISOString();
  await a.cameras.quieten(until(60));
  a.isRefused = true;
  await pass(a, 61_000);
  expect(a.shown.at(-1)).toHaveProperty('quietUntil');
  a.isRefused = false;
  await pass(a, 30_000);
  expect(a.shown.at(-1)).not.toHaveProperty('quietUntil');
  await pass(b, 91_000);
  await a.cameras.quieten(until(60));
  await settled();
  expect(b.shown.at(-1)).toHaveProperty('quietUntil');
  await pass(b, 63_000);
  b.judges = true;
  b.cameras.seenHere([CAMERA], false);
  await settled();
  expect(b.shown.at(-1)).not.toHaveProperty('quietUntil');
});

it('each event carries the term of whoever leads, in front of its number', async () => {
  const [a] = await bridges(1);
  await a?.cameras.observe('1', { kind: 'ready', at, onDemand: true });
  const told = [...(a?.store.collection(PAST_EVENTS).values() ?? [])].map(({ event }) => event.details);
  expect(told.map(({ epoch, seq }) => [epoch, seq])).toEqual([
    [3, 1],
    [3, 2],
  ]);
  for (const details of told) expect(Object.keys(details).slice(-2)).toEqual(['epoch', 'seq']);
});

async function pass({ clock }: Bridge, ms: number): Promise<void> {
  clock.advance(ms);
  await settled();
}

const settled = async () => {
  for (let i = 0; i < 40; i += 1) await Promise.resolve();
};
