/** Pins what is told of cameras while the service runs: their states, who covers them, what makes another camera of one, and what ends. */

import { beforeEach, describe, expect, it } from 'vitest';
import { type Bus, createBus } from '../../../src/core/bus.ts';
import { type Cameras, createCameras } from '../../../src/core/cameras/cameras.ts';
import type { CameraFacts } from '../../../src/core/cameras/facts.ts';
import type { Observation } from '../../../src/core/cameras/observation.ts';
import { CAMERA_STATES, CAMERAS, type CameraRecord } from '../../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import type { Store } from '../../../src/core/store.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { DOOR } from '../../support/cameras/records.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { recordingLog } from '../../support/recording-log.ts';

const YARD = { ...DOOR, id: '8', uid: 'bridge/8', mtxPath: 'yard' };
const READER = { type: 'rtspSession', id: 'a' };

let store: Store;
let clock: ManualClock;
let bus: Bus;
let cameras: Cameras;
let log: ReturnType<typeof recordingLog>;
let told: unknown[];

const now = () => new Date(clock.now()).toISOString();
const put = (...some: readonly CameraRecord[]) =>
  store.commit((tx) => {
    for (const camera of some) tx.collection(CAMERAS).put(camera);
  });
const observe = (seen: object, deliberate?: boolean) =>
  cameras.observe(DOOR.id, { at: now(), ...seen } as Observation, deliberate);
const open = (ways?: Parameters<typeof createCameras>[4]) => createCameras(store, bus, clock, log, ways);
/** Of the camera, or of the state of it, as it was told. */
const heard = () => told.splice(0);

beforeEach(async () => {
  store = memoryStore(COLLECTIONS);
  clock = manualClock();
  log = recordingLog();
  bus = createBus(log);
  told = [];
  bus.on('event', ({ event, entity, details }) =>
    told.push([event, entity, details['seq'], details['quiet'] ?? false]),
  );
  bus.on('cameraState', ({ cameraId, state, deliberate }) =>
    told.push([cameraId, state === null ? null : [state.ready, state.reason, state.seq], deliberate]),
  );
  await put(DOOR, YARD);
  cameras = open();
});

describe('what is observed', () => {
  it('is told as events and as the state that they lead to, and answered with the same', async () => {
    expect(await observe({ kind: 'ready', onDemand: true })).toEqual({ events: ['demand', 'ready'], seq: 2 });
    expect(heard()).toEqual([
      ['demand', 7, 1, false],
      ['ready', 7, 2, false],
      [7, [true, null, 2], false],
    ]);
    expect(cameras.facts(DOOR.id)).toMatchObject({ ready: true, demanded: true });
    expect(cameras.state(7)).toEqual({
      ...{ ready: true, demanded: true, readers: 0, since: now(), reason: null, path: 'door', seq: 2 },
      ...{ online: true, enabled: true },
    });
    expect(cameras.states().map(({ cameraId, state }) => [cameraId, state.ready, state.path])).toEqual([
      [7, true, 'door'],
      [8, false, 'yard'],
    ]);
  });

  it('a second time is nothing', async () => {
    await observe({ kind: 'ready' });
    heard();
    expect(await observe({ kind: 'ready' })).toEqual({ events: [], seq: 1 });
    expect(heard()).toEqual([]);
  });

  it('of a camera that there is not is nothing', async () => {
    expect(await cameras.observe('99', { kind: 'ready', at: now() })).toEqual({ events: [], seq: 0 });
    expect([cameras.state(99), heard()]).toEqual([undefined, []]);
  });

  it('of a camera that is switched off counts only when a person made it, and then at once', async () => {
    await put({ ...DOOR, isEnabled: false });
    expect(await observe({ kind: 'ready' })).toEqual({ events: [], seq: 0 });
    expect(heard()).toEqual([]);
    expect(await observe({ kind: 'ready' }, true)).toEqual({ events: ['ready'], seq: 1 });
    expect(heard()).toEqual([
      ['ready', 7, 1, false],
      [7, [true, null, 1], true],
    ]);
    expect(cameras.state(7)).toMatchObject({ enabled: false });
  });

  it('follows at once where it is beyond doubt, and may be late where a moment later it may be otherwise', async () => {
    await observe({ kind: 'ready' });
    heard();
    await observe({ kind: 'notReady', absence: 'wanted' });
    expect(heard().at(-1)).toEqual([7, [false, 'no-feed', 2], false]);
    await observe({ kind: 'look', finding: 'refused' });
    expect(heard()).toEqual([
      ['offline', 7, 3, false],
      [7, [false, 'refused', 3], true],
    ]);
  });

  it('that nobody sees changes neither the state nor its number', async () => {
    await observe({ kind: 'look', finding: 'up' });
    const { seq } = cameras.state(7) ?? {};
    heard();
    clock.advance(60_000);
    expect(await observe({ kind: 'notReady', absence: 'wanted' })).toEqual({ events: [], seq });
    expect(heard()).toEqual([]);
    expect(cameras.facts(DOOR.id).missing).not.toBeNull();
  });

  it('that could not be kept is in the log with its camera', async () => {
    const full: Store = { ...store, commit: () => Promise.reject(new Error('no room')) };
    cameras = createCameras(full, bus, clock, log);
    await observe({ kind: 'ready' });
    expect(heard().at(-1)).toEqual([7, [true, null, 1], false]);
    const fields = { err: new Error('no room'), cameraId: '7' };
    expect(log.lines).toEqual([{ level: 'error', message: 'the state of a camera could not be saved', fields }]);
  });
});

describe('a feed that does not come although it is wanted', () => {
  let wanted: unknown[];

  beforeEach(() => {
    wanted = [];
    bus.on('lookWanted', (asked) => wanted.push(asked));
  });

  it('has somebody look why, once, and is down by itself when its time is over', async () => {
    await observe({ kind: 'notReady', absence: 'wanted' });
    await observe({ kind: 'notReady', absence: 'wanted' });
    expect(wanted).toEqual([{ cameraId: '7', isReady: false }]);
    heard();
    clock.advance(9999);
    await Promise.resolve();
    expect(heard()).toEqual([]);
    clock.advance(1);
    await expect.poll(heard).toEqual([
      ['offline', 7, 1, false],
      [7, [false, 'no-feed', 1], true],
    ]);
    expect(wanted).toHaveLength(1);
  });

  it('needs no look where it is known already, nor where nothing is amiss', async () => {
    await observe({ kind: 'look', finding: 'refused' });
    await observe({ kind: 'notReady', absence: 'wanted' });
    await observe({ kind: 'ready' });
    await observe({ kind: 'notReady', absence: 'idle' });
    expect(wanted).toEqual([]);
  });
});

describe('a change of the record', () => {
  it('is told at once with the state as it was', async () => {
    await observe({ kind: 'ready' });
    heard();
    const renamed = { ...DOOR, name: 'Front', room: 'Hall' };
    await put(renamed);
    await cameras.change((_tx, tell) => tell('updated', renamed));
    expect(heard()).toEqual([
      ['updated', 7, 2, false],
      [7, [true, null, 2], true],
    ]);
  });

  it.each([
    ['another path', { mtxPath: 'porch' }],
    ['another kind of source', { sourceType: 'publisher' as const }],
    ['another source', { sealedSourceUrl: 'sealed anew' }],
    ['another stream', { stream: 'porch' }],
    ['one that is switched off', { isEnabled: false }],
  ])('that makes it %s says nothing of what was seen of the former one', async (_what, other) => {
    await observe({ kind: 'ready' });
    await observe({ kind: 'read', reader: READER });
    heard();
    const record = { ...DOOR, ...other };
    await put(record);
    await cameras.change((_tx, tell) => tell('updated', record));
    expect(heard().map((one) => (one as unknown[])[0])).toEqual(['updated', 'unread', 'notReady', 7]);
    expect(cameras.state(7)).toMatchObject({ ready: false, readers: 0, enabled: record.isEnabled });
  });

  it('of one that was off and still is says nothing of a feed', async () => {
    await put({ ...DOOR, isEnabled: false });
    cameras = open();
    const moved = { ...DOOR, isEnabled: false, mtxPath: 'porch' };
    await put(moved);
    await cameras.change((_tx, tell) => tell('updated', moved));
    expect(heard()).toEqual([
      ['updated', 7, 1, false],
      [7, [false, null, 1], true],
    ]);
  });

  it('that ends it is told last, with the next number, and leaves nothing', async () => {
    await observe({ kind: 'notReady', absence: 'wanted' });
    await observe({ kind: 'demand' });
    heard();
    await store.commit((tx) => tx.collection(CAMERAS).delete(DOOR.id));
    await cameras.change((_tx, tell) => tell('removed', DOOR));
    expect(heard()).toEqual([
      ['removed', 7, 2, false],
      [7, null, true],
    ]);
    expect(store.collection(CAMERA_STATES).get(DOOR.id)).toBeUndefined();
    expect([cameras.state(7), cameras.states().map(({ cameraId }) => cameraId)]).toEqual([undefined, [8]]);
    clock.advance(3_600_000);
    expect([heard(), clock.waiting]).toEqual([[], 0]);
  });

  it('of one that ends while something is told of it shows no state afterwards', async () => {
    const last = observe({ kind: 'ready' });
    const end = cameras.change((_tx, tell) => tell('removed', DOOR));
    await Promise.all([last, end]);
    expect(heard().filter((one) => Array.isArray((one as unknown[])[1]))).toEqual([]);
  });
});

describe('while nothing can be known', () => {
  it('every camera says so from then on, a feed that was not there as of before, and no event is told', async () => {
    await observe({ kind: 'ready' });
    const yardSince = cameras.state(8)?.since;
    heard();
    clock.advance(5000);
    await cameras.cover('nestmtx-unreachable');
    expect(heard()).toEqual([
      [7, [false, 'nestmtx-unreachable', 2], true],
      [8, [false, 'nestmtx-unreachable', 1], true],
    ]);
    expect(cameras.state(7)).toMatchObject({ online: null, since: now() });
    expect(cameras.state(8)).toMatchObject({ online: null, since: yardSince });
    await cameras.cover('nestmtx-unreachable');
    expect(heard()).toEqual([]);
  });

  it('and can again, they are as they are', async () => {
    await cameras.cover(null);
    expect(heard()).toEqual([]);
    await observe({ kind: 'ready' });
    await cameras.cover('nestmtx-unreachable');
    heard();
    await cameras.cover(null);
    expect(heard()).toEqual([
      [7, [true, null, 3], true],
      [8, [false, null, 2], true],
    ]);
  });
});

describe('while it is quiet', () => {
  it('states say until when, events are marked, and the end is told', async () => {
    const until = new Date(clock.now() + 60_000).toISOString();
    await cameras.quieten(until);
    expect(cameras.state(7)).toMatchObject({ quietUntil: until });
    heard();
    await observe({ kind: 'ready' });
    expect(heard()[0]).toEqual(['ready', 7, 2, true]);
    clock.advance(60_000);
    await expect.poll(() => told.length).toBe(2);
    expect(heard()).toContainEqual([7, [true, null, 3], true]);
    expect(cameras.state(7)).not.toHaveProperty('quietUntil');
  });

  it('a source that is gone is told so marked, once, and that it is there again', async () => {
    const gone = { source: 'mediamtx', isThere: false, reason: 'mediamtx-unreachable', cameras: 2 };
    const events: unknown[] = [];
    bus.on('event', ({ domain, event, entity, details }) => events.push([domain, event, entity, details]));
    await cameras.sourceChanged({ ...gone, isThere: true });
    expect(events).toEqual([]);
    await cameras.sourceChanged(gone);
    await cameras.sourceChanged(gone);
    await open().sourceChanged(gone);
    const { isThere: _, ...details } = gone;
    expect(events).toEqual([['source', 'offline', null, details]]);
    await cameras.quieten(new Date(clock.now() + 60_000).toISOString());
    await cameras.sourceChanged({ ...gone, isThere: true });
    await cameras.sourceChanged({ ...gone, isThere: true });
    expect(events.slice(1)).toEqual([['source', 'online', null, { ...details, quiet: true }]]);
  });
});

describe('after a restart', () => {
  it('what nobody has looked at is awaited only of cameras that are watched', async () => {
    const firstSight = (): CameraFacts['pending'] => 'feed';
    await put({ ...YARD, isEnabled: false });
    cameras = open({ firstSight, isWatched: ({ isEnabled }) => isEnabled });
    expect(cameras.facts('7')).toMatchObject({ pending: 'feed' });
    expect(cameras.facts('8')).toMatchObject({ pending: null });
  });

  it('what was made up of a camera that nobody tells of is forgotten, its numbers are not', async () => {
    await observe({ kind: 'ready' }, true);
    cameras = open({ firstSight: () => null, isWatched: () => true, isToldOf: () => false });
    expect(cameras.state(7)).toMatchObject({ ready: false, seq: 1 });
    expect(open().state(7)).toMatchObject({ ready: true, seq: 1 });
  });
});

it('nothing waits any more when it is closed', async () => {
  await cameras.quieten(new Date(clock.now() + 60_000).toISOString());
  await observe({ kind: 'notReady', absence: 'wanted' });
  cameras.close();
  expect(clock.waiting).toBe(0);
});
