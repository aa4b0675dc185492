/** Owns real restreamers for their contract: the program, GStreamer's camera, a real reader; time is real. */

import { systemClock } from '../../../src/system/clock.ts';
import type { RestreamerUnderTest } from '../../contracts/restreamer/under-test.ts';
import { eventually } from '../eventually.ts';
import { PATIENCE_MS } from '../patience.ts';
import { temporaryDirectory } from '../process.ts';
import { go2RtcProgram } from './go2rtc-program.ts';
import { mediaMtxProgram } from './mediamtx-program.ts';
import { type Observed, observed } from './observed.ts';
import { type RtspCamera, startRtspCamera } from './rtsp-camera.ts';
import { type RtspReader, readWhenThere } from './rtsp-reader.ts';

interface Program {
  readonly rtspPort: number;
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface Begun {
  readonly program: Program;
  readonly observe: () => Promise<Observed>;
}

export function realGo2Rtc(program: string): Promise<RestreamerUnderTest> {
  return realRestreamer('go2rtc', async (directory, sourceUrl) => {
    const go2rtc = await go2RtcProgram(program, directory, { door: sourceUrl, yard: '' });
    const camera = { sourceType: 'go2rtc', stream: 'door' } as const;
    const observe = () => observed({ env: { GO2RTC_URL: go2rtc.apiUrl }, camera, clock: systemClock });
    return { program: go2rtc, observe };
  });
}

export function realMediaMtx(program: string): Promise<RestreamerUnderTest> {
  return realRestreamer('mediamtx', async (directory, sourceUrl) => {
    const mediaMtx = await mediaMtxProgram(program, directory, 'paths:\n  yard:\n');
    const camera = { sourceType: 'rtsp', mtxPath: 'door' } as const;
    const observe = () => observed({ env: { MEDIAMTX_URL: mediaMtx.apiUrl }, camera, sourceUrl, clock: systemClock });
    return { program: mediaMtx, observe };
  });
}

/** Two polls when nothing goes on, and a look. */
const PASS_MS = 15_000;

async function realRestreamer(
  name: RestreamerUnderTest['name'],
  begin: (directory: string, sourceUrl: string) => Promise<Begun>,
): Promise<RestreamerUnderTest> {
  const directory = await temporaryDirectory();
  let camera: RtspCamera = await startRtspCamera();
  const { port } = camera;
  const { program, observe } = await begin(directory.path, camera.url);
  await program.start();
  const seen = await observe();
  const readers: RtspReader[] = [];

  return {
    ...{ name, stranger: 'yard', seen },
    source: {
      kill: () => camera.kill(),
      freeze: () => camera.freeze(),
      async revive() {
        camera.thaw();
        await camera.kill();
        camera = await startRtspCamera(port);
      },
    },
    server: { start: () => program.start(), stop: () => program.stop() },
    async watch() {
      const reader = await readWhenThere(`rtsp://127.0.0.1:${program.rtspPort}/door`);
      if (!reader) throw new Error('nobody reads');
      readers.push(reader);
      await eventually(() => reader.packets > 0, 'media');
      return () => reader.close();
    },
    until: async (what) => void (await eventually(what, String(what), 2 * PATIENCE_MS)),
    async pass() {
      const endMs = Date.now() + PASS_MS;
      await eventually(() => Date.now() > endMs);
    },
    async close() {
      await Promise.all(readers.map((reader) => reader.close().catch(() => undefined)));
      await seen.close();
      await program.stop();
      camera.thaw();
      await camera.kill();
      await directory.remove();
    },
  };
}
