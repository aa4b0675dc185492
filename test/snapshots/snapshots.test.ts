/** Pins how snapshots are taken: shared, few at once, in little time, and without a login that others could see. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CAMERAS, type CameraRecord } from '../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import { openSecrets } from '../../src/secrets/open-secrets.ts';
import { FRAME_TIMEOUT_MS } from '../../src/snapshots/frame.ts';
import { openSnapshots, type Snapshots } from '../../src/snapshots/snapshots.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { comesTrue } from '../support/patience.ts';
import { type StandInFfmpeg, standInFfmpeg } from './stand-in-ffmpeg.ts';

const CAMERA: CameraRecord = {
  id: '1',
  credentialId: null,
  uid: 'uid-1',
  room: 'Hall',
  name: 'Door',
  info: null,
  mtxPath: null,
  isEnabled: true,
  isPersistent: false,
  expiresAt: null,
  sourceType: 'publisher',
  sealedSourceUrl: null,
  createdAt: '2026-11-21T16:00:00.000Z',
  updatedAt: '2026-11-21T16:00:00.000Z',
};
const SERVER = { url: 'rtsp://media:8554', username: 'viewer', password: "it's 100% secret" };

let ffmpeg: StandInFfmpeg;
let clock: ManualClock;
let snapshots: Snapshots;
const store = memoryStore(COLLECTIONS);
const secrets = await openSecrets({ dir: '', appKey: 'k'.repeat(32) });

beforeEach(async () => {
  ffmpeg = await standInFfmpeg();
  clock = manualClock();
  open(ffmpeg.program, SERVER);
});
afterEach(async () => {
  await snapshots.close();
  await ffmpeg.remove();
});

function open(program: string, server: typeof SERVER | undefined): void {
  snapshots = openSnapshots({ program, server, store, secrets, clock });
}

async function camera(changes: Partial<CameraRecord>, url?: string): Promise<string> {
  return store.commit((tx) => {
    const id = String(tx.nextId('cameras'));
    const sealedSourceUrl = url === undefined ? null : secrets.seal(url, `uid-${id}`);
    tx.collection(CAMERAS).put({ ...CAMERA, id, uid: `uid-${id}`, sealedSourceUrl, ...changes });
    return id;
  });
}

/** The reason, or the text of the picture. */
async function outcome(id: string): Promise<string> {
  return snapshots.take(id).then(
    (picture) => Buffer.from(picture).toString('latin1'),
    (error) => error.details[0]?.type ?? error.code,
  );
}

async function started(count: number): Promise<void> {
  await comesTrue(async () => expect((await ffmpeg.runs()).length).toBeGreaterThanOrEqual(count));
}

describe('a snapshot', () => {
  it('is read with the login of the server, which stands in no argument', async () => {
    const id = await camera({ mtxPath: 'hall/door' });
    expect(await outcome(id)).toMatch(/^\xff\xd8.*\xff\xd9$/);
    const [run] = await ffmpeg.runs();
    expect(run?.list).toContain(
      `file 'rtsp://viewer:it'\\''s%20100%25%20secret@media:8554/hall/door'\noption rtsp_transport tcp`,
    );
    expect(run?.args).not.toMatch(/secret|viewer|media|door/);
  });

  it('has ffmpeg not look at the stream for longer than it takes to see what it is', async () => {
    await outcome(await camera({ mtxPath: 'slow' }));
    const [run] = await ffmpeg.runs();
    expect(run?.list).toContain('\noption analyzeduration 500000\noption fpsprobesize 0');
  });

  it('is shared by whoever asks meanwhile and for two seconds after, also where there was none', async () => {
    const good = await camera({ mtxPath: 'good' });
    const bad = await camera({ mtxPath: 'bad/half' });
    for (const id of [good, bad]) {
      const before = (await ffmpeg.runs()).length;
      const all = await Promise.all([outcome(id), outcome(id), outcome(id)]);
      clock.advance(1999);
      all.push(await outcome(id));
      expect(new Set(all).size).toBe(1);
      expect(await ffmpeg.runs()).toHaveLength(before + 1);
      clock.advance(1);
      await outcome(id);
      expect(await ffmpeg.runs()).toHaveLength(before + 2);
    }
  });

  it('is taken of four cameras at once; others wait, and too many are turned away', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 66; index += 1) ids.push(await camera({ mtxPath: `${index}/wait` }));
    const all = ids.map(outcome);
    expect(await Promise.all(all.slice(64))).toEqual(['snapshot.busy', 'snapshot.busy']);
    await started(4);
    await ffmpeg.release();
    const taken = await Promise.all(all.slice(0, 64));
    expect(taken.every((picture) => picture.startsWith('\xff\xd8'))).toBe(true);
    // None began before one of the four had ended, so each has a place in the order.
    expect(
      (await ffmpeg.runs())
        .slice(0, 4)
        .map(({ list }) => /(\d+)\/wait/.exec(list)?.[1])
        .sort(),
    ).toEqual(['0', '1', '2', '3']);
  });

  it('that does not come in time ends its program', async () => {
    const pending = outcome(await camera({ mtxPath: 'hangs' }));
    await started(1);
    clock.advance(FRAME_TIMEOUT_MS);
    expect(await pending).toBe('snapshot.timed_out');
    const [run] = await ffmpeg.runs();
    expect(() => process.kill(run?.pid ?? 0, 0)).toThrow('ESRCH');
  });

  it('that is under way when the service stops ends with it, and so do those that wait', async () => {
    const pending = Promise.all(
      ['1', '2', '3', '4', '5'].map(async (name) => outcome(await camera({ mtxPath: `${name}/hangs` }))),
    );
    await started(4);
    await snapshots.close();
    expect(await pending).toEqual(Array(5).fill('snapshot.no_picture'));
    expect(clock.waiting).toBe(0);
    for (const { pid } of await ffmpeg.runs()) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});

describe('where there is no picture', () => {
  it.each([
    ['method DESCRIBE failed: 404 Not Found', 'not_ready'],
    ['method DESCRIBE failed: 400 Bad Request', 'not_ready'],
    ['method DESCRIBE failed: 401 Unauthorized', 'unauthorised'],
    ['Connection to tcp: failed: Connection refused', 'unreachable'],
    ['No route to host', 'unreachable'],
    ['Invalid data found', 'no_picture'],
  ])('“%s” of ffmpeg means %s', async (words, fault) => {
    const id = await camera({ mtxPath: `says-${words.replaceAll(' ', '_')}` });
    expect(await outcome(id)).toBe(`snapshot.${fault}`);
  });

  it('what stands in the address is not taken for what happened', async () => {
    open(ffmpeg.program, { ...SERVER, password: 'refused' });
    expect(await outcome(await camera({ mtxPath: '404/says-URL' }))).toBe('snapshot.no_picture');
  });

  it('half a picture is none', async () => {
    expect(await outcome(await camera({ mtxPath: 'half' }))).toBe('snapshot.no_picture');
  });

  it('a program that is not there, or cannot be run, is told from a stream that is not', async () => {
    for (const program of [`${ffmpeg.program}-elsewhere`, '/dev/null']) {
      open(program, SERVER);
      expect(await outcome(await camera({ mtxPath: `at-${program.length}` }))).toBe('snapshot.no_program');
    }
  });

  it('no program is started for a camera that is unknown, disabled or without a path', async () => {
    expect(await outcome('999')).toBe('not_found');
    expect(await outcome(await camera({ mtxPath: 'off', isEnabled: false }))).toBe('snapshot.disabled');
    expect(await outcome(await camera({}))).toBe('snapshot.no_source');
    expect(await ffmpeg.runs()).toEqual([]);
  });
});

describe('without a media server', () => {
  beforeEach(() => open(ffmpeg.program, undefined));

  it('an RTSP camera is read where it is, with its own login', async () => {
    const id = await camera({ sourceType: 'rtsp', mtxPath: 'porch' }, 'rtsps://me:pa%24s@10.0.0.5/stream?channel=1');
    expect(await outcome(id)).toMatch(/^\xff\xd8/);
    expect((await ffmpeg.runs())[0]?.list).toContain("file 'rtsps://me:pa%24s@10.0.0.5/stream?channel=1'\n");
  });

  it.each(['publisher', 'whep', 'google'] as const)('one of type %s cannot be read', async (sourceType) => {
    const id = await camera({ sourceType, mtxPath: `one-${sourceType}` }, 'http://10.0.0.5/whep');
    expect(await outcome(id)).toBe('snapshot.no_source');
  });
});
