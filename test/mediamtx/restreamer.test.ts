/** Runs the restreamer contract on the stand-in for MediaMTX, oldest and newest; and on MediaMTX itself where `MEDIAMTX_BIN` names it. */

import { describe } from 'vitest';
import { restreamerContract } from '../contracts/restreamer/restreamer.contract.ts';
import type { RestreamerUnderTest } from '../contracts/restreamer/under-test.ts';
import { type MediaMtxStandIn, startMediaMtx } from '../support/cameras/mediamtx.ts';
import { VERSIONS } from '../support/cameras/mediamtx-shapes.ts';
import { observed } from '../support/cameras/observed.ts';
import { realMediaMtx } from '../support/cameras/real-restreamer.ts';
import { hasRtspCamera } from '../support/cameras/rtsp-camera.ts';
import { scriptedCamera } from '../support/cameras/scripted-camera.ts';
import { steppedTime } from '../support/cameras/stepped.ts';

for (const version of ['1.8', '1.20'] as const) {
  restreamerContract(`a stand-in for MediaMTX ${version}`, () => standIn(version));
}

const program = process.env['MEDIAMTX_BIN'] || undefined;
if (program === undefined) process.stdout.write('skipped: MEDIAMTX_BIN is not set\n');
describe.runIf(program !== undefined && hasRtspCamera())('real', () => {
  restreamerContract('MediaMTX', () => realMediaMtx(String(program)));
});

async function standIn(version: keyof typeof VERSIONS): Promise<RestreamerUnderTest> {
  const camera = await scriptedCamera();
  let inFlight = 0;
  const time = steppedTime(() => inFlight);
  let source: 'up' | 'frozen' | 'down' = 'up';
  let viewers: readonly { readonly type: string; readonly id: string }[] = [];
  let feed: { readonly since: string; bytes: number } | undefined;
  let lastViewer = 0;

  /** Media goes on from list to list, and the path comes and goes with its readers and its source. */
  function goOn(): void {
    if (source === 'down') viewers = [];
    if (viewers.length === 0) feed = undefined;
    else feed ??= { since: new Date(time.clock.now()).toISOString(), bytes: 0 };
    if (feed && source === 'up') feed.bytes += 1000;
    server.feed('door', feed ? { ...feed, readers: viewers, source: { type: 'rtspSource', id: '' } } : {});
  }

  async function begin(port?: number): Promise<MediaMtxStandIn> {
    const begun = await startMediaMtx(VERSIONS[version], port);
    begun.configure('yard', {});
    begun.onRequest = () => {
      inFlight += 1;
      goOn();
    };
    begun.onAnswer = () => {
      inFlight -= 1;
    };
    return begun;
  }
  let server = await begin();
  const seen = await observed({
    env: { MEDIAMTX_URL: server.url },
    camera: { sourceType: 'rtsp', mtxPath: 'door' },
    sourceUrl: camera.url,
    clock: time.clock,
  });
  const { port } = server;
  return {
    ...{ name: 'mediamtx', stranger: 'yard', seen },
    source: {
      async kill() {
        await camera.kill();
        source = 'down';
      },
      freeze() {
        camera.freeze();
        source = 'frozen';
      },
      async revive() {
        await camera.revive();
        source = 'up';
      },
    },
    server: {
      async stop() {
        await server.close();
        viewers = [];
        feed = undefined;
        inFlight = 0;
      },
      async start() {
        server = await begin(port);
      },
    },
    async watch() {
      lastViewer += 1;
      const viewer = { type: 'webRTCSession', id: `w${lastViewer}` };
      viewers = [...viewers, viewer];
      return async () => {
        viewers = viewers.filter((one) => one !== viewer);
      };
    },
    until: time.until,
    pass: time.pass,
    async close() {
      await seen.close();
      await server.close().catch(() => undefined);
      await camera.kill();
    },
  };
}
