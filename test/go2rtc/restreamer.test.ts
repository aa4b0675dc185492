/** Runs the restreamer contract on the stand-in for go2rtc, for each version that is spoken to; and on go2rtc itself where `GO2RTC_BIN` names it. */

import { describe } from 'vitest';
import { restreamerContract } from '../contracts/restreamer/restreamer.contract.ts';
import type { RestreamerUnderTest } from '../contracts/restreamer/under-test.ts';
import { GO2RTC_VERSIONS, type Go2RtcVersion } from '../support/cameras/go2rtc-shapes.ts';
import { realGo2Rtc } from '../support/cameras/real-restreamer.ts';
import { hasRtspCamera } from '../support/cameras/rtsp-camera.ts';
import { go2RtcSetting } from './setting.ts';

for (const version of GO2RTC_VERSIONS) restreamerContract(`a stand-in for go2rtc ${version}`, () => standIn(version));

const program = process.env['GO2RTC_BIN'] || undefined;
if (program === undefined) process.stdout.write('skipped: GO2RTC_BIN is not set\n');
describe.runIf(program !== undefined && hasRtspCamera())('real', () => {
  restreamerContract('go2rtc', () => realGo2Rtc(String(program)));
});

async function standIn(version: Go2RtcVersion): Promise<RestreamerUnderTest> {
  const setting = await go2RtcSetting({ version });
  await setting.start();
  const { scripted, seen, until, pass } = setting;
  return {
    ...{ name: 'go2rtc', stranger: 'yard', seen, until, pass },
    source: {
      async kill() {
        await scripted.kill();
        setting.server.source = { cause: 'dial tcp 127.0.0.1:554: connect: connection refused' };
      },
      freeze() {
        scripted.freeze();
        setting.server.source = 'frozen';
      },
      async revive() {
        await scripted.revive();
        setting.server.source = 'up';
      },
    },
    server: { stop: () => setting.server.close(), start: () => setting.restarted() },
    async watch() {
      const leave = setting.server.watch('door');
      return async () => leave?.();
    },
    close: () => setting.stop(),
  };
}
