/** Owns the inside of a service beside a stand-in for go2rtc: one camera, a source that is scripted, and time in steps. */

import type { CameraRecord } from '../../src/core/cameras/records.ts';
import { type Go2RtcStandIn, startGo2Rtc } from '../support/cameras/go2rtc.ts';
import type { Go2RtcVersion } from '../support/cameras/go2rtc-shapes.ts';
import { type Observed, observed } from '../support/cameras/observed.ts';
import { scriptedCamera } from '../support/cameras/scripted-camera.ts';
import { steppedTime } from '../support/cameras/stepped.ts';

interface Options {
  readonly version?: Go2RtcVersion;
  /** What stands in go2rtc's file for `door`; by default the address of the scripted camera. */
  readonly source?: (address: string) => string;
  readonly camera?: Partial<CameraRecord>;
  readonly env?: Readonly<Record<string, string>>;
}

export type Go2RtcSetting = Awaited<ReturnType<typeof go2RtcSetting>>;

/** Observes nothing before `start`. */
export async function go2RtcSetting({ version = '1.9.14', source = (url) => url, camera, env }: Options = {}) {
  const scripted = await scriptedCamera();
  const begin = async (port?: number): Promise<Go2RtcStandIn> => {
    const begun = await startGo2Rtc(version, port);
    begun.configure('door', [source(scripted.url)]);
    begun.configure('yard', ['']);
    return begun;
  };
  let server = await begin();
  const { port } = server;
  const time = steppedTime(() => server.inFlight);
  let seen: Observed | undefined;
  return {
    ...time,
    scripted,
    get server() {
      return server;
    },
    get seen() {
      if (!seen) throw new Error('nothing is observed yet');
      return seen;
    },
    async start(): Promise<void> {
      seen = await observed({
        env: { GO2RTC_URL: server.url, ...env },
        camera: { sourceType: 'go2rtc', stream: 'door', ...camera },
        clock: time.clock,
      });
    },
    async restarted(): Promise<void> {
      server = await begin(port);
    },
    async stop(): Promise<void> {
      await seen?.close();
      await server.close().catch(() => undefined);
      await scripted.kill();
    },
  };
}
