/** Pins until when no alarm shall ring: for one camera, for all, whichever lasts longer, over a restart too; and who hears of the end. */

import { beforeEach, expect, it } from 'vitest';
import { createQuiet, type Quiet } from '../../../src/core/cameras/quiet.ts';
import { CAMERAS, type CameraRecord } from '../../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import { FACTS } from '../../../src/core/fact-records.ts';
import type { Store } from '../../../src/core/store.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { DOOR } from '../../support/cameras/records.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

let clock: ManualClock;
let store: Store;
let quiet: Quiet;
let ended: string[][];

const at = (seconds: number) => new Date(clock.now() + seconds * 1000).toISOString();
const put = (camera: CameraRecord) => store.commit((tx) => tx.collection(CAMERAS).put(camera));
const open = () => createQuiet(store, clock, async (cameras) => ended.push([...cameras].map(({ id }) => id)) > 0);

beforeEach(async () => {
  clock = manualClock();
  store = memoryStore(COLLECTIONS);
  ended = [];
  await put(DOOR);
  await put({ ...DOOR, id: '8', uid: 'bridge/8', mtxPath: 'yard' });
  quiet = open();
});

it('nothing is quiet that nobody asked for', () => {
  expect([quiet.until(DOOR), quiet.until()]).toEqual([undefined, undefined]);
});

it('one camera is, until then, and its end is told of it alone', async () => {
  const camera = { ...DOOR, quietUntil: at(60) };
  await put(camera);
  quiet.changed(camera);
  expect([quiet.until(camera), quiet.until(DOOR), quiet.until()]).toEqual([at(60), undefined, undefined]);
  clock.advance(59_999);
  expect(ended).toEqual([]);
  clock.advance(1);
  expect([ended, quiet.until(camera)]).toEqual([[['7']], undefined]);
});

it('all are, what is about none too, and all hear of beginning and end', async () => {
  const until = at(60);
  await quiet.setForAll(until);
  expect([quiet.until(DOOR), quiet.until(), ended]).toEqual([until, until, [['7', '8']]]);
  clock.advance(60_000);
  expect([quiet.until(DOOR), quiet.until(), ended]).toEqual([
    undefined,
    undefined,
    [
      ['7', '8'],
      ['7', '8'],
    ],
  ]);
});

it('of two the one that lasts longer counts', async () => {
  const [short, long] = [at(60), at(120)];
  await quiet.setForAll(short);
  expect(quiet.until({ ...DOOR, quietUntil: long })).toBe(long);
  await quiet.setForAll(long);
  expect(quiet.until({ ...DOOR, quietUntil: short })).toBe(long);
});

it('it can be ended early, and then nothing rings at its old end', async () => {
  await quiet.setForAll(at(60));
  await quiet.setForAll(null);
  expect([quiet.until(DOOR), ended.length]).toEqual([undefined, 2]);
  expect([...store.collection(FACTS).values()]).toEqual([]);
  clock.advance(120_000);
  expect(ended).toHaveLength(2);
  const camera = { ...DOOR, quietUntil: at(60) };
  quiet.changed(camera);
  quiet.changed(DOOR);
  clock.advance(120_000);
  expect(ended).toHaveLength(2);
});

it('it outlives a restart, and ends then', async () => {
  await quiet.setForAll(at(60));
  await put({ ...DOOR, quietUntil: at(30) });
  quiet.close();
  ended = [];
  quiet = open();
  expect(quiet.until()).toBe(at(60));
  clock.advance(30_000);
  expect(ended).toEqual([['7']]);
  clock.advance(30_000);
  expect(ended).toEqual([['7'], ['7', '8']]);
});

it('a camera that is gone by then is told of nobody', async () => {
  quiet.changed({ ...DOOR, quietUntil: at(60) });
  await store.commit((tx) => tx.collection(CAMERAS).delete('7'));
  clock.advance(60_000);
  expect(ended).toEqual([[]]);
});

it('what could not be shown is shown later, and the end all the same', async () => {
  let isShown = false;
  const shown: (string | undefined)[] = [];
  quiet.close();
  quiet = createQuiet(store, clock, async () => {
    shown.push(quiet.until());
    return isShown;
  });
  const until = at(60);
  await quiet.setForAll(until);
  isShown = true;
  clock.advance(10_000);
  await new Promise((resolve) => setImmediate(resolve));
  expect(shown).toEqual([until, until]);
  clock.advance(50_000);
  await new Promise((resolve) => setImmediate(resolve));
  expect([shown.length, shown.at(-1), clock.waiting]).toEqual([3, undefined, 0]);
});
