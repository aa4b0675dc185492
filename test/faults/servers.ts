/** Owns what carries streams in a run of faults: MediaMTX with the configuration that we print, and go2rtc where there is one. */

import { mediaMtxConfig } from '../../src/cli/commands/mediamtx/config-file.ts';
import { type Go2RtcProgram, go2RtcProgram } from '../support/cameras/go2rtc-program.ts';
import { type MediaMtxProgram, mediaMtxProgram, mediaMtxVersion } from '../support/cameras/mediamtx-program.ts';
import type { TestCamera } from './cameras.ts';

export interface Programs {
  readonly mediaMtx: string;
  readonly go2Rtc: string | undefined;
}

export interface Servers {
  readonly mediaMtx: MediaMtxProgram;
  readonly go2Rtc: Go2RtcProgram | undefined;
}

const WANTED = { hasHookSecret: false, apiUser: undefined, hasGoogleWhep: false } as const;

/** Started. @param ourUrl where hooks go @param streams of go2rtc */
export async function startServers(
  programs: Programs,
  { directory, ourUrl, streams }: { directory: string; ourUrl: string; streams: readonly TestCamera[] },
): Promise<Servers> {
  const printed = mediaMtxConfig({ ...WANTED, ...mediaMtxVersion(programs.mediaMtx), ourUrl });
  const mediaMtx = await mediaMtxProgram(programs.mediaMtx, directory, `${printed}\npaths:\n  published:\n`);
  const sources = Object.fromEntries(streams.map(({ name, url }) => [name, url]));
  const go2Rtc = programs.go2Rtc === undefined ? undefined : await go2RtcProgram(programs.go2Rtc, directory, sources);
  await Promise.all([mediaMtx.start(), go2Rtc?.start()]);
  return { mediaMtx, go2Rtc };
}
