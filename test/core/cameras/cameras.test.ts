/** Pins that events leave in order and numbered, however observations of several cameras are mixed, and over a restart. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBus } from '../../../src/core/bus.ts';
import { createCameras } from '../../../src/core/cameras/cameras.ts';
import type { Observation } from '../../../src/core/cameras/observation.ts';
import { CAMERA_STATES, CAMERAS, type CameraRecord } from '../../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import { OUTBOX } from '../../../src/core/happened/outbox.ts';
import type { Store } from '../../../src/core/store.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { recordingLog } from '../../support/recording-log.ts';

const at = '2026-11-21T10:00:00.000Z';
const observation: fc.Arbitrary<Observation> = fc.oneof(
  fc.constantFrom('demand', 'unDemand', 'stalled', 'ready', 'notReady').map((kind): Observation => ({ kind, at })),
  fc
    .tuple(fc.constantFrom('read', 'unread'), fc.constantFrom('a', 'b'))
    .map(([kind, id]): Observation => ({ kind, at, reader: { type: 'rtspSession', id } })),
);

it('events of each camera have rising numbers, in the order they are told, over a restart too', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom('1', '2'), observation), { maxLength: 40 }),
      fc.nat(40),
      async (all, restartAt) => {
        const store = memoryStore(COLLECTIONS);
        await store.commit((tx) => {
          for (const id of ['1', '2']) tx.collection(CAMERAS).put(camera(id));
        });
        const log = recordingLog();
        const bus = createBus(log);
        const told: { entity: number | null; seq: unknown }[] = [];
        bus.on('event', ({ entity, details }) => told.push({ entity, seq: details['seq'] }));
        for (const part of [all.slice(0, restartAt), all.slice(restartAt)]) {
          const cameras = createCameras(store, bus, manualClock(), log);
          // Nobody waits for the one before: a source must not be slowed down by the disk.
          await Promise.all(part.map(([id, seen]) => cameras.observe(id, seen)));
        }
        for (const entity of [1, 2]) {
          const numbers = told.filter((event) => event.entity === entity).map(({ seq }) => seq);
          // What changes the state alone takes a number, too.
          expect(numbers).toEqual([...new Set(numbers.map(Number))].sort((one, other) => one - other));
        }
      },
    ),
  );
});

it('events are on disk with the state that they belong to, in one commit, before anybody is told', async () => {
  const store = memoryStore(COLLECTIONS);
  await store.commit((tx) => tx.collection(CAMERAS).put(camera('1')));
  const log = recordingLog();
  const bus = createBus(log);
  const commits: unknown[] = [];
  const counting: Store = {
    ...store,
    commit: (change) => {
      commits.push(change);
      return store.commit(change);
    },
  };
  const cameras = createCameras(counting, bus, manualClock(), log);
  const found: unknown[] = [];
  bus.on('event', ({ keptAs = '' }) => {
    const seq = store.collection(OUTBOX).get(keptAs)?.event.details['seq'];
    found.push([seq, store.collection(CAMERA_STATES).get('1')?.seq, commits.length]);
  });
  await cameras.observe('1', { kind: 'ready', at, onDemand: true });
  await cameras.change((_tx, tell) => tell('removed', camera('1')));
  expect(found).toEqual([
    [1, 2, 1],
    [2, 2, 1],
    [3, undefined, 2],
  ]);
});

function camera(id: string): CameraRecord {
  return {
    id,
    credentialId: null,
    uid: id,
    room: 'r',
    name: id,
    info: null,
    mtxPath: `path-${id}`,
    isEnabled: true,
    isPersistent: false,
    expiresAt: null,
    sourceType: 'publisher' as const,
    sealedSourceUrl: null,
    createdAt: at,
    updatedAt: at,
  };
}

it('a camera that was told to be down is so after a restart, whoever looks first, until something speaks for it', async () => {
  const store = memoryStore(COLLECTIONS);
  await store.commit((tx) => tx.collection(CAMERAS).put(camera('1')));
  const log = recordingLog();
  const [bus, clock] = [createBus(log), manualClock()];
  const told: string[] = [];
  bus.on('event', ({ event }) => told.push(event));
  const before = createCameras(store, bus, clock, log);
  await before.observe('1', { kind: 'look', at, finding: 'silent' });
  const after = createCameras(store, bus, clock, log, { firstSight: () => 'feed', isWatched: () => true });
  expect(after.state(1)).toMatchObject({ online: null, reason: 'starting' });
  // A list shows that nobody watches it, which says nothing of the camera.
  await after.observe('1', { kind: 'notReady', at, absence: 'idle' });
  expect(after.state(1)).toMatchObject({ online: false });
  await after.observe('1', { kind: 'look', at, finding: 'up' });
  expect(after.state(1)).toMatchObject({ online: true, reason: null });
  expect(told).toEqual(['offline', 'online']);
});

it.each([
  [true, ['ready']],
  [false, []],
])(
  'an event that cannot be kept is told where nobody else writes (%s), and else not: another may be telling it',
  async (isAlone, expected) => {
    const store = memoryStore(COLLECTIONS);
    await store.commit((tx) => tx.collection(CAMERAS).put(camera('1')));
    const log = recordingLog();
    const bus = createBus(log);
    const full: Store = { ...store, commit: () => Promise.reject(new Error('no room')) };
    const shared = isAlone ? undefined : { judges: () => true, epoch: () => 1 };
    const ways = { firstSight: () => null, isWatched: () => true, shared };
    const cameras = createCameras(full, bus, manualClock(), log, ways);
    const told: string[] = [];
    bus.on('event', ({ event }) => told.push(event));
    await cameras.observe('1', { kind: 'ready', at, onDemand: false });
    expect(told).toEqual(expected);
  },
);
