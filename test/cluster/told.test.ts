/** Pins what bridges tell one another of a source beside the log: all of its paths in parts, its health, and deeds that are passed on. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { actElsewhere, actForOthers } from '../../src/app/sources/passing.ts';
import { pictureBytes, pictureIn } from '../../src/app/sources/pictures.ts';
import { hearTold, tellOthers } from '../../src/app/sources/told.ts';
import { CAMERAS } from '../../src/core/cameras/records.ts';
import type { Exchange } from '../../src/core/cluster/exchange.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import { ApiError } from '../../src/protocol/api-error.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { CAMERA } from '../support/cameras/observed.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

let clock: ManualClock;
let said: Uint8Array[];
let heard: (bytes: Uint8Array) => void;
let answer: ((question: Uint8Array) => Promise<Uint8Array>) | undefined;
/** What the other bridge has, as it says; undefined: it is silent. */
let sees: string | undefined;
let ends: (() => void)[];

const exchange: Pick<Exchange, 'others' | 'say' | 'listen' | 'ask' | 'onAsked'> = {
  others: ['another'],
  say: (_channel, bytes) => {
    said.push(bytes);
    heard(bytes);
  },
  listen: (_channel, hear) => {
    heard = hear;
    return () => undefined;
  },
  async ask(_subject, question) {
    return { answers: answer ? [await answer(question)] : [], silent: [] };
  },
  onAsked(_subject, given) {
    answer = given;
    return () => {
      answer = undefined;
    };
  },
};
/** As far as it is used here. */
const membership = {
  exchange,
  consistency: { caughtUp: async () => undefined },
  holdings: {
    holds: () => sees === 'ours',
    get bridges() {
      return sees === undefined ? [] : [{ bridge: 'another', held: [sees], entry: 1 }];
    },
  },
} as never;

beforeEach(() => {
  clock = manualClock();
  said = [];
  answer = undefined;
  sees = 'mediamtx';
  heard = () => undefined;
  ends = [];
});
afterEach(() => {
  for (const end of ends) end();
});

const path = (name: string) => ({
  ...{ path: name, src: 'rtspSource', ready: true, uptime: null, tracks: 1, dataRx: 1, dataTx: 1, consumers: 0 },
});

it('a source with 2,500 paths is told whole, and again without those that went', () => {
  let paths = Array.from({ length: 2500 }, (_, i) => path(`p${i}`));
  const media = { list: () => paths, get: () => undefined };
  const told = hearTold('mediamtx', { membership, log: recordingLog() });
  expect(told.health).toEqual({ healthy: null, meta: { reason: 'starting' } });
  const what = { media, health: { healthy: true }, streamPorts: { webrtc: 8889 } } as const;
  ends.push(tellOthers('mediamtx', what, { membership, clock }) ?? (() => undefined));
  expect([told.media.list().length, told.media.get('p2499')?.tracks, said.length]).toEqual([2500, 1, 3]);
  expect([told.health, told.streamPorts]).toEqual([{ healthy: true }, { webrtc: 8889 }]);
  paths = paths.slice(0, 1);
  clock.advance(2000);
  expect(told.media.list().map((shown) => shown.path)).toEqual(['p0']);
});

it('a deed is done by the one that sees the camera, and its refusal is that one’s', async () => {
  const store = memoryStore(COLLECTIONS);
  await store.commit((tx) => tx.collection(CAMERAS).put(CAMERA));
  const act = actElsewhere('mediamtx', { membership, clock });
  await expect(act(CAMERA, 'probe')).rejects.toMatchObject({ code: 'unavailable' });
  const done: string[] = [];
  const end = actForOthers(
    'mediamtx',
    async ({ id }, action) => {
      if (action === 'stop') throw new ApiError('unavailable', { message: 'It belongs to a file' });
      done.push(`${action} ${id}`);
    },
    { membership, store },
  );
  await act(CAMERA, 'probe');
  expect(done).toEqual(['probe 1']);
  await expect(act(CAMERA, 'stop')).rejects.toMatchObject({ code: 'unavailable', message: 'It belongs to a file' });
  await expect(act({ ...CAMERA, id: '7' }, 'probe')).rejects.toMatchObject({ code: 'not_found' });
  end?.();
});

it('nobody waits for the answer of a bridge that has fallen silent, or that has left the camera to us: when to try again is said', async () => {
  answer = () => new Promise(() => undefined);
  const act = actElsewhere('mediamtx', { membership, clock });
  const asked = act(CAMERA, 'probe');
  const refused = expect(asked).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 3 });
  clock.advance(15_000);
  sees = undefined;
  clock.advance(1000);
  await refused;
  sees = 'mediamtx';
  const again = expect(act(CAMERA, 'probe')).rejects.toMatchObject({ code: 'unavailable' });
  sees = 'ours';
  clock.advance(250);
  await again;
});

it('a picture is the same at the other end, with whose it is and when it was taken', () => {
  const picture = { cameraId: '1', atMs: 1_795_279_710_698, jpeg: Uint8Array.of(0xff, 0xd8, 0x0a, 0x0a, 0xff, 0xd9) };
  const { jpeg, ...about } = pictureIn(pictureBytes(picture));
  expect({ ...about, jpeg: [...jpeg] }).toEqual({ ...picture, jpeg: [...picture.jpeg] });
  expect(() => pictureIn(picture.jpeg)).toThrow();
});
