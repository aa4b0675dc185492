/** Pins when cameras are read, and who is believed where a reading and an event disagree. */

import { beforeEach, describe, expect, it } from 'vitest';
import { createBus } from '../../../src/core/bus.ts';
import { type Cameras, createCameras } from '../../../src/core/cameras/cameras.ts';
import { CAMERAS } from '../../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import type { Store } from '../../../src/core/store.ts';
import { type CameraMirror, createCameraMirror } from '../../../src/follow/cameras/mirror.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { eventually } from '../../support/eventually.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { type RecordingLog, recordingLog } from '../../support/recording-log.ts';

const AT = '2026-11-21T16:00:00.000Z';

interface Question {
  answer(...cameras: object[]): void;
  fail(): void;
  refuse(): void;
}

let clock: ManualClock;
let store: Store;
let cameras: Cameras;
let mirror: CameraMirror;
/** Every time the list was asked for. */
let questions: Question[];
let log: RecordingLog;

beforeEach(() => {
  clock = manualClock();
  questions = [];
  log = recordingLog();
  store = memoryStore(COLLECTIONS);
  cameras = createCameras(store, createBus(log), clock, log);
  const request = () =>
    new Promise((resolve, reject) => {
      questions.push({
        answer: (...items) => resolve({ items, total: items.length }),
        fail: () => reject(new Error('no answer')),
        refuse: () => reject(new ApiError('unauthorized')),
      });
    });
  mirror = createCameraMirror({ login: { request, isRefused: false }, store, cameras, clock, log });
});

const camera = (more: object = {}) => ({
  ...{ id: 1, uid: 'u', is_enabled: true, stream_ready: false, process_id: null },
  ...more,
});
const paths = () => [...store.collection(CAMERAS).values()].map(({ mtxPath }) => mtxPath);
const question = (number: number) => eventually(() => questions[number - 1], `question ${number}`);

async function read(...found: object[]): Promise<void> {
  const done = mirror.read();
  (await question(questions.length)).answer(...found);
  await done;
}

describe('a reading', () => {
  it('says no more of a camera that an event spoke of meanwhile', async () => {
    await read(camera());
    const done = mirror.read();
    await mirror.observe('1', { kind: 'ready', at: AT });
    (await question(2)).answer(camera({ stream_ready: false }));
    await done;
    expect(cameras.facts('1').ready).toBe(true);
  });

  it('does not contradict an event for fifteen seconds, and is repeated then', async () => {
    await read(camera());
    await mirror.observe('1', { kind: 'ready', at: AT });
    clock.advance(14_999);
    await read(camera({ stream_ready: false }));
    expect(cameras.facts('1').ready).toBe(true);
    clock.advance(15_000);
    (await question(3)).answer(camera({ stream_ready: true }));
    await mirror.observe('1', { kind: 'notReady', at: AT });
    await read(camera({ stream_ready: true }));
    expect(cameras.facts('1').ready).toBe(false);
    clock.advance(15_000);
    (await question(5)).answer(camera({ stream_ready: true }));
    await eventually(() => cameras.facts('1').ready, 'NestMTX is believed again');
  });

  it('that agrees with an event is not repeated', async () => {
    await read(camera());
    await mirror.observe('1', { kind: 'ready', at: AT });
    await read(camera({ stream_ready: true }));
    clock.advance(60_000);
    expect(questions).toHaveLength(2);
  });

  it('that began before a camera was read by itself does not take that back', async () => {
    const done = mirror.read();
    await mirror.take(camera({ mtx_path: 'new' }));
    (await question(1)).answer(camera({ mtx_path: 'old' }), camera({ id: 2, uid: 'v', mtx_path: 'other' }));
    await done;
    expect(paths()).toEqual(['new', 'other']);
    await mirror.take(camera({ mtx_path: 'other' }));
    expect(paths()).toEqual(['other', null]);
    await mirror.take('no camera');
  });

  it('leaves demand and readers to the events, but for the first one after some were missed', async () => {
    await read(camera({ stream_ready: true }));
    await mirror.observe('1', { kind: 'demand', at: AT });
    await mirror.observe('1', { kind: 'read', at: AT, reader: { type: 'rtspSession', id: 'x' } });
    await read(camera({ stream_ready: true }));
    expect(cameras.facts('1')).toMatchObject({ demanded: true, readers: { size: 1 } });
    const failed = mirror.catchUp();
    (await question(3)).fail();
    await failed;
    clock.advance(15_000);
    await read(camera({ stream_ready: true, stream_consumer_count: 0 }));
    expect(cameras.facts('1')).toMatchObject({ demanded: true, readers: { size: 0 } });
    await mirror.observe('1', { kind: 'notReady', at: AT });
    clock.advance(15_000);
    await read(camera());
    expect(cameras.facts('1').demanded).toBe(true);
    const caughtUp = mirror.catchUp();
    (await question(6)).answer(camera());
    await caughtUp;
    expect(cameras.facts('1').demanded).toBe(false);
  });

  it('is one at a time, and whoever asks meanwhile gets the one after it', async () => {
    const first = mirror.read();
    const others = Promise.all([mirror.read(), mirror.read()]);
    (await question(1)).answer();
    await first;
    (await question(2)).answer(camera({ stream_ready: true }));
    await others;
    expect(questions).toHaveLength(2);
    expect(cameras.facts('1').ready).toBe(true);
  });

  it('that NestMTX refuses makes its cameras unknown, and the next good one tells of them again', async () => {
    await read(camera({ stream_ready: true }));
    const refused = mirror.read();
    (await question(2)).refuse();
    await refused;
    expect(mirror.isRefused).toBe(true);
    expect(cameras.facts('1')).toMatchObject({ online: null, reason: 'nestmtx-login' });
    await read(camera({ stream_ready: true }));
    expect(mirror.isRefused).toBe(false);
    expect(cameras.facts('1')).toMatchObject({ online: true, reason: null });
  });

  it('that comes after the end is none', async () => {
    const last = mirror.read();
    const next = mirror.read();
    const closed = mirror.close();
    (await question(1)).fail();
    await Promise.all([last, next, closed, mirror.read()]);
    expect(questions).toHaveLength(1);
  });
});

describe('an event of a camera that is not known', () => {
  it('waits for a reading, and a flood of them for the same one', async () => {
    const flood = Array.from({ length: 50 }, (_, id) => mirror.observe(String(id), { kind: 'ready', at: AT }));
    (await question(1)).answer(camera());
    await Promise.all(flood);
    expect(cameras.facts('1').ready).toBe(true);
    await mirror.observe('77', { kind: 'ready', at: AT });
    expect(questions).toHaveLength(1);
    clock.advance(5000);
    const late = mirror.observe('78', { kind: 'ready', at: AT });
    (await question(2)).answer(camera({ stream_ready: true }));
    await late;
  });
});

describe('closing', () => {
  it('waits for the reading that is under way, and begins no other', async () => {
    const readings = [mirror.read(), mirror.read()];
    await question(1);
    let isClosed = false;
    const closed = mirror.close().then(() => {
      isClosed = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isClosed).toBe(false);
    questions[0]?.answer(camera());
    await Promise.all([...readings, closed]);
    await mirror.read();
    expect(questions).toHaveLength(1);
    expect(clock.waiting).toBe(0);
  });

  it('tells nothing of a reading that fails then, and takes no camera any more', async () => {
    const reading = mirror.read();
    await question(1);
    const closed = mirror.close();
    questions[0]?.fail();
    await Promise.all([reading, closed]);
    await mirror.take(camera());
    expect(log.visible()).toEqual([]);
    expect(paths()).toEqual([]);
  });
});
