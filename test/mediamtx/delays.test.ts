/**
 * Pins how long it takes from what happens to what is told, event and retained state, as docs/cameras.md says it: with the stand-in of
 * MediaMTX, with hooks, with a camera that a look can reach, and with a clock of the test's own.
 */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { ledAlone } from '../../src/core/cluster/leadership.ts';
import { topicsOf } from '../../src/protocol/topics.ts';
import { rtspLooks } from '../../src/rtsp/looks.ts';
import { type Prober, startProber } from '../../src/rtsp/prober.ts';
import { publishStates } from '../../src/transports/mqtt/states.ts';
import { type RecordingLink, recordingLink } from '../support/brokers/recording-link.ts';
import { type RtspStandIn, startRtspStandIn } from '../support/cameras/rtsp-stand-in.ts';
import { eventually } from '../support/eventually.ts';
import { type MediaMtxSetting, mediaMtxSetting } from './setting.ts';

const SINCE = '2026-11-21T16:48:00Z';
const OK = 'RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 5\r\n\r\nv=0\r\n';
const INTERVAL_MS = 30_000;
const GRACE_MS = 10_000;

let setting: MediaMtxSetting;
let camera: RtspStandIn | undefined;
let prober: Prober;
let link: RecordingLink;
let stopPublishing: () => Promise<void>;
let bytes: number;
/** Whether the camera still says anything. */
let answers: boolean;

beforeEach(async () => {
  bytes = 0;
  setting = await mediaMtxSetting();
  answers = true;
  camera = await startRtspStandIn(() => (answers ? OK : undefined));
  const { store, secrets, bus, clock, log } = setting;
  const cameras = setting.cameras();
  link = recordingLink();
  stopPublishing = publishStates({
    ...{ link, bus, cameras, leadership: ledAlone(store), clock, log, downDelayMs: GRACE_MS },
    topics: topicsOf('nestmtx', 'plain'),
  });
  const looks = rtspLooks({ secrets, clock, mustVerify: true });
  prober = startProber({ looks, store, bus, cameras, clock, log, intervalMs: INTERVAL_MS, decidesFeed: false });
});

afterEach(async () => {
  await stopPublishing();
  await prober.close();
  await setting.stop();
  await camera?.close();
});

const state = (id = 1) => JSON.parse(link.retained().get(`nestmtx/state/camera/${id}`) ?? '{}');
const url = () => `rtsp://127.0.0.1:${camera?.port}/stream`;
const looks = () => setting.log.lines.filter(({ message }) => message === 'looked at a camera').length;

/** A camera that MediaMTX pulls all the time, and has. */
async function pulled(): Promise<void> {
  await setting.add('door', { sourceType: 'rtsp', isPersistent: true }, url());
  await setting.start();
  setting.clock.advance(0);
  await eventually(() => looks() === 1, 'the first look');
  flow();
  await setting.poll();
  await eventually(() => state().ready === true, 'the feed');
}

function flow(): void {
  bytes += 1000;
  setting.server.feed('door', { since: SINCE, bytes });
}

/** MediaMTX has lost it, and says so by its hook. */
async function lost(): Promise<void> {
  setting.server.feed('door', {});
  await setting.mediaMtx().look('door', { event: 'notReady' });
}

it('a camera that is killed: at once, with its cause, in event and state', async () => {
  await pulled();
  await camera?.close();
  camera = undefined;
  await lost();
  setting.clock.advance(0);
  await eventually(() => setting.turns().length === 1, 'the verdict');
  expect(setting.turns()).toEqual(['offline refused']);
  expect(state()).toMatchObject({ ready: false, online: false, reason: 'refused' });
});

it('a feed that goes without a cause to be found: ten seconds later', async () => {
  await setting.add('door', { expected: 'always' });
  setting.server.configure('door', {});
  setting.server.feed('door', { since: SINCE, bytes: 1 });
  await setting.start();
  await lost();
  expect(setting.events()).toEqual(['ready', 'notReady']);
  expect(state()).toMatchObject({ ready: true, reason: null });
  setting.clock.advance(GRACE_MS - 1);
  expect(setting.turns()).toEqual([]);
  expect(state()).toMatchObject({ ready: true });
  setting.clock.advance(1);
  await eventually(() => setting.turns().length === 1, 'the verdict');
  expect(setting.turns()).toEqual(['offline no-feed']);
  expect(state()).toMatchObject({ ready: false, online: false, reason: 'no-feed' });
});

it('a camera that freezes: as soon as MediaMTX gives it up, since its silence was seen before', async () => {
  await pulled();
  answers = false;
  const before = looks();
  // No byte comes any more.
  for (let ms = 0; ms < 8000; ms += 2000) await setting.poll(2000);
  await eventually(() => looks() > before, 'a look at it');
  expect(setting.turns()).toEqual([]);
  await lost();
  await eventually(() => setting.turns().length === 1, 'the verdict');
  expect(setting.turns()).toEqual(['offline silent']);
  expect(state()).toMatchObject({ ready: false, online: false, reason: 'silent' });
});

it('a feed that carries nothing: after thirty seconds, in event and state', async () => {
  await setting.add('door');
  setting.server.configure('door', {});
  setting.server.feed('door', { since: SINCE, bytes: 1 });
  await setting.start();
  for (let ms = 0; ms < 28_000; ms += 2000) await setting.poll(2000);
  expect(setting.events()).toEqual(['ready']);
  await setting.poll(2000);
  expect(setting.events()).toEqual(['ready', 'stalled', 'notReady']);
  expect(setting.turns()).toEqual(['offline stalled']);
  expect(state()).toMatchObject({ ready: false, online: false, reason: 'stalled' });
});

it('MediaMTX that is gone: in doubt after ten seconds, not ready after thirty, one event and no camera down', async () => {
  await pulled();
  setting.server.lie = { status: 500, body: '{}' };
  await setting.poll(2000);
  await setting.poll(GRACE_MS - 1);
  expect(state()).toMatchObject({ ready: true, reason: null });
  setting.clock.advance(1);
  await eventually(() => setting.turns(null).length === 1, 'the event');
  expect(setting.turns(null)).toEqual(['offline mediamtx-unreachable']);
  expect(setting.told.at(-1)?.details).toMatchObject({ source: 'mediamtx', cameras: 1 });
  expect(state()).toMatchObject({ ready: true, online: null, reason: 'mediamtx-unreachable' });
  await setting.poll(20_000);
  await eventually(() => setting.events().includes('notReady'), 'the end of the feed');
  expect(state()).toMatchObject({ ready: false, online: null, reason: 'mediamtx-unreachable' });
  expect(setting.turns()).toEqual([]);
  setting.server.lie = undefined;
  flow();
  await setting.poll(2000);
  await eventually(() => setting.turns(null).length === 2, 'its return');
  expect(setting.turns(null)[1]).toBe('online mediamtx-unreachable');
  expect(state()).toMatchObject({ ready: true, online: true, reason: null });
});

it('an idle camera that dies: with the next look and one that makes sure', async () => {
  await setting.add('door', { sourceType: 'rtsp' }, url());
  await setting.start();
  setting.clock.advance(0);
  await eventually(() => state().online === true, 'the first look');
  expect(state()).toMatchObject({ ready: false, reason: null });
  await camera?.close();
  camera = undefined;
  await setting.poll(INTERVAL_MS);
  await eventually(() => looks() === 2, 'the next look');
  expect(setting.turns()).toEqual([]);
  setting.clock.advance(5000);
  await eventually(() => setting.turns().length === 1, 'the verdict');
  expect(setting.turns()).toEqual(['offline refused']);
  expect(state()).toMatchObject({ ready: false, online: false, reason: 'refused' });
});

it('a healthy idle camera is up, and one that must not be looked at is unknown', async () => {
  await setting.add('door', { sourceType: 'rtsp' }, url());
  await setting.add('battery', { sourceType: 'rtsp', probe: false }, url());
  await setting.start();
  setting.clock.advance(0);
  await eventually(() => looks() === 1, 'the first look');
  for (let ms = 0; ms < 4 * INTERVAL_MS; ms += INTERVAL_MS) {
    const before = looks();
    await setting.poll(INTERVAL_MS);
    await eventually(() => looks() > before, 'a look');
  }
  expect(setting.turns(1)).toEqual([]);
  expect(state(1)).toMatchObject({ online: true, reason: null });
  expect(state(2)).toMatchObject({ online: null, reason: null });
  expect(setting.log.lines.some(({ fields }) => fields['cameraId'] === '2' && 'finding' in fields)).toBe(false);
});

it('what fell while the service was down: with the first look, and nothing is said before', async () => {
  await pulled();
  setting.server.feed('door', {});
  await camera?.close();
  camera = undefined;
  await stopPublishing();
  await prober.close();
  await setting.reborn();
  await eventually(() => setting.events().length === 2, 'what was found');
  expect(setting.events()).toEqual(['ready', 'notReady']);
});

it('what was up before the service was down, and is after it: with the first answer of MediaMTX, though nobody looks at it', async () => {
  await pulled();
  await stopPublishing();
  await prober.close();
  flow();
  await setting.reborn();
  expect(setting.cameras().state(1)).toMatchObject({ ready: true, online: true, reason: null });
  expect(setting.events()).toEqual(['ready']);
  expect(setting.turns()).toEqual([]);
});
