/** Pins which pictures are remembered: the last one of each camera, as long as the camera is what it was, and not without end. */

import { beforeEach, describe, expect, it } from 'vitest';
import { type Bus, createBus } from '../../src/core/bus.ts';
import { CAMERAS } from '../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import type { Store } from '../../src/core/store.ts';
import { snapshotsModule } from '../../src/modules/watching/snapshots.ts';
import { keepLastPictures } from '../../src/snapshots/last-pictures.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { camera } from '../core/outages/setting.ts';
import { moduleApi } from '../support/api/modules.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

let store: Store;
let bus: Bus;
let clock: ManualClock;
let pictures: ReturnType<typeof keepLastPictures>;
/** What the camera shows. */
let bytes: number;
/** Ends the taking that is under way; absent: it ends at once. */
let held: Promise<void> | undefined;

beforeEach(async () => {
  store = memoryStore(COLLECTIONS);
  bus = createBus(recordingLog());
  clock = manualClock('2026-11-21T10:00:00.000Z');
  bytes = 1000;
  held = undefined;
  const take = async () => {
    await held;
    return new Uint8Array(bytes);
  };
  pictures = keepLastPictures({ take, store, bus, clock, limits: { pictures: 3, bytes: 5000 } });
  for (const id of ['1', '2', '3', '4']) await put(id, id === '2' ? 'Garage' : 'Yard');
});

const put = (id: string, room = 'Yard', change: object = {}) =>
  store.commit((tx) => tx.collection(CAMERAS).put({ ...camera(id, room), ...change }));
const remove = (id: string) => store.commit((tx) => tx.collection(CAMERAS).delete(id));
const tell = (event: 'updated' | 'removed', entity: number) =>
  bus.emit('event', { domain: 'camera', event, entity, details: {}, at: '2026-11-21T10:00:00.000Z' });
const kept = () => [...pictures.last.values()].map(({ cameraId }) => cameraId);

describe('the last picture of a camera', () => {
  it('is the one that was taken last, with the moment of that', async () => {
    await pictures.take('1');
    clock.advance(60_000);
    bytes = 1001;
    await pictures.take('1');
    expect(kept()).toEqual(['1']);
    expect(pictures.last.get('1')).toMatchObject({ atMs: Date.parse('2026-11-21T10:01:00.000Z') });
    expect(pictures.last.get('1')?.jpeg).toHaveLength(1001);
  });

  it.each([
    ['deleted', () => remove('1'), 'removed'],
    ['switched off', () => put('1', 'Yard', { isEnabled: false }), 'updated'],
    ['given another path', () => put('1', 'Yard', { mtxPath: 'other' }), 'updated'],
  ] as const)('is forgotten when the camera is %s', async (_, change, event) => {
    await pictures.take('1');
    await change();
    tell(event, 1);
    expect(pictures.last.get('1')).toBeUndefined();
  });

  it('stays when the camera gets another name', async () => {
    await pictures.take('1');
    await put('1', 'Hall', { name: 'Door' });
    tell('updated', 1);
    expect(kept()).toEqual(['1']);
  });

  it('is not one that was still being taken when the camera was switched off', async () => {
    let release = () => {};
    held = new Promise((resolve) => {
      release = resolve;
    });
    const taking = pictures.take('1');
    await put('1', 'Yard', { isEnabled: false });
    tell('updated', 1);
    release();
    await taking;
    expect(kept()).toEqual([]);
  });

  it('gives way to later ones where there are too many, or too large ones', async () => {
    for (const id of ['1', '2', '3']) await pictures.take(id);
    await pictures.take('1');
    await pictures.take('4');
    expect(kept()).toEqual(['3', '1', '4']);
    bytes = 3500;
    await pictures.take('2');
    expect(kept()).toEqual(['4', '2']);
    bytes = 6000;
    await pictures.take('3');
    expect(kept()).toEqual([]);
  });
});

it('snapshots.list tells which there are, of what age and size, by camera and room', async () => {
  await pictures.take('1');
  clock.advance(1000);
  await pictures.take('2');
  const api = moduleApi(snapshotsModule({ ...pictures, store, clock }));
  const list = async (payload: object) => {
    const page = await api.value({ command: 'list', module: 'snapshots', payload: { ...payload }, token: 'user' });
    return (page as { items: object[] }).items;
  };
  const garage = { name: 'Camera 2', room: 'Garage', at: '2026-11-21T10:00:01.000Z' };
  expect(await list({})).toEqual([
    { camera: 2, ...garage, mediaType: 'image/jpeg', bytes: 1000 },
    expect.objectContaining({ camera: 1, at: '2026-11-21T10:00:00.000Z' }),
  ]);
  expect(await list({ room: 'Garage' })).toHaveLength(1);
  expect(await list({ camera: 1 })).toHaveLength(1);
  expect(await list({ camera: 3 })).toEqual([]);
  expect((await api.error({ command: 'list', module: 'snapshots', token: 'nobody' })).code).toBe('unauthorized');
});
