/** The same against MediaMTX itself: runs when MEDIAMTX_BIN names its program. The camera is GStreamer's; only MediaMTX's own time is real. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBus } from '../../src/core/bus.ts';
import { type Cameras, createCameras } from '../../src/core/cameras.ts';
import { CAMERAS, COLLECTIONS } from '../../src/core/records.ts';
import { type MediaMtx, openMediaMtx } from '../../src/mediamtx/open-mediamtx.ts';
import { probe } from '../../src/rtsp/probe.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { temporaryDirectory } from '../support/process.ts';
import { recordingLog } from '../support/recording-log.ts';
import { hasRtspCamera, type RtspCamera, startRtspCamera } from '../support/rtsp-camera.ts';
import { systemClock } from '../support/system-clock.ts';
import { CAMERA, secrets } from './setting.ts';

const program = process.env['MEDIAMTX_BIN'];
if (program === undefined) process.stdout.write('skipped: MEDIAMTX_BIN is not set\n');
const WAIT_MS = 20_000;

describe.runIf(program !== undefined && hasRtspCamera())('a real MediaMTX', { timeout: 60_000 }, () => {
  const log = recordingLog();
  const store = memoryStore(COLLECTIONS);
  const bus = createBus(log);
  const told: string[] = [];
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let camera: RtspCamera;
  let cameras: Cameras;
  let server: ChildProcess;
  let mediaMtx: MediaMtx;
  let apiPort: number;
  let rtspPort: number;

  async function startServer(): Promise<void> {
    const file = join(directory.path, 'mediamtx.yml');
    const off = ['rtmp', 'hls', 'webrtc', 'srt'].map((protocol) => `${protocol}: no`);
    const on = ['api: yes', `apiAddress: 127.0.0.1:${apiPort}`, `rtspAddress: 127.0.0.1:${rtspPort}`];
    const transports = 'rtspTransports: [tcp]';
    await writeFile(file, [...on, transports, ...off, 'paths:', '  all_others:', ''].join('\n'));
    server = spawn(String(program), [file], { stdio: 'ignore' });
    await eventually(() => mediaMtx?.isUp !== false, 'MediaMTX', WAIT_MS);
  }

  async function stopServer(): Promise<void> {
    const gone = once(server, 'close');
    server.kill('SIGTERM');
    await gone;
  }

  beforeAll(async () => {
    directory = await temporaryDirectory();
    [apiPort, rtspPort] = [await freePort(), await freePort()];
    camera = await startRtspCamera();
    await startServer();
    await store.commit((tx) =>
      tx
        .collection(CAMERAS)
        .put({ ...CAMERA, sourceType: 'rtsp', sealedSourceUrl: secrets.seal(camera.url, CAMERA.uid) }),
    );
    bus.on('event', ({ event }) => told.push(event));
    cameras = createCameras(store, bus, systemClock, log);
    const address = { url: `http://127.0.0.1:${apiPort}` };
    mediaMtx = openMediaMtx({ address, hookSecret: undefined, store, secrets, bus, cameras, clock: systemClock, log });
    await eventually(() => mediaMtx.isUp === true, 'the first poll', WAIT_MS);
  });

  afterAll(async () => {
    await mediaMtx?.close();
    await stopServer();
    await camera?.kill();
    await directory?.remove();
  });

  /** Asking what is streamed makes MediaMTX pull it. */
  const ask = () => probe(`rtsp://127.0.0.1:${rtspPort}/door`, systemClock, new AbortController().signal);

  it('pulls our camera on demand, and lets it go', async () => {
    await eventually(() => mediaMtx.control.media.get('door') !== undefined, 'our path', WAIT_MS);
    expect(cameras.facts('1').ready).toBe(false);
    expect(await ask()).toBe('up');
    await mediaMtx.look('door');
    expect(told).toEqual(['demand', 'ready']);
    await eventually(() => told.includes('unDemand'), 'the end of the demand', WAIT_MS);
    expect(told).toEqual(['demand', 'ready', 'notReady', 'unDemand']);
  });

  it('gets our path again after its restart', async () => {
    await stopServer();
    await startServer();
    const answers: string[] = [];
    let asking = false;
    const askOnce = async () => {
      asking = true;
      answers.push(await ask());
      asking = false;
    };
    await eventually(
      () => {
        if (!asking) void askOnce();
        return answers.includes('up');
      },
      'our path',
      WAIT_MS,
    );
  });
});
