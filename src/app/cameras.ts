/** Owns where the truth about cameras comes from: MediaMTX and go2rtc where they are, and the cameras themselves. */

import type { Config } from '../config/config.ts';
import type { CameraControl } from '../core/cameras/control.ts';
import type { CameraRecord } from '../core/cameras/records.ts';
import type { DirectRoute } from '../core/direct-calls.ts';
import type { Closers } from '../core/lifecycle.ts';
import type { StreamServer } from '../core/watching/stream-server.ts';
import { withGo2Rtc } from '../go2rtc/control.ts';
import { type Go2Rtc, isOfGo2Rtc, openGo2Rtc } from '../go2rtc/open-go2rtc.ts';
import type { Google } from '../google/start-google.ts';
import { withAuthorisation } from '../mediamtx/authorisation.ts';
import { type MediaMtx, openMediaMtx } from '../mediamtx/open-mediamtx.ts';
import { openWhep } from '../mediamtx/whep.ts';
import type { Check } from '../protocol/entities/health.ts';
import type { StreamPorts } from '../protocol/stream-ports.ts';
import { lookOnly, withLooks } from '../rtsp/control.ts';
import { rtspLooks } from '../rtsp/looks.ts';
import { probe } from '../rtsp/probe.ts';
import { startProber } from '../rtsp/prober.ts';
import type { Core } from './core.ts';

export interface CameraSources {
  readonly control: CameraControl;
  /** By the name of a part. */
  readonly health: Readonly<Record<string, () => Check>>;
  /** For `/hooks/mediamtx`. */
  readonly hooks?: DirectRoute;
  /** What serves a camera by WebRTC; undefined where nothing does. */
  readonly watching: (camera: CameraRecord) => StreamServer | undefined;
  /** Where the streams are, where somebody tells. */
  readonly streamPorts?: () => Partial<StreamPorts>;
}

/** Begins to observe at once. */
export function openCameraSources(config: Config, core: Core, closers: Closers, google?: Google): CameraSources {
  const sources = openMediaServer(config, core, closers, google);
  const { go2rtc: address, probeIntervalMs: intervalMs } = config;
  if (!address) return sources;
  const { clock } = core;
  const go2rtc = openGo2Rtc({ ...core, address, askRtsp: (url, stopped) => probe(url, { clock, stopped }) });
  const looks = { allows: isOfGo2Rtc, at: go2rtc.lookAtSource };
  const prober = startProber({ ...core, looks, intervalMs, decidesFeed: false });
  closers.add('looks at streams of go2rtc', () => prober.close());
  // Before those looks, which wait for it.
  closers.add('go2rtc', () => go2rtc.close());
  const control = withGo2Rtc(sources.control, { streams: go2rtc.media, look: prober.look });
  return {
    ...sources,
    watching: (camera) => (camera.sourceType === 'go2rtc' ? go2rtc.watching : sources.watching(camera)),
    control,
    health: { ...sources.health, go2rtc: () => reachable(go2rtc) },
  };
}

function openMediaServer(config: Config, core: Core, closers: Closers, google?: Google): CameraSources {
  const { mediamtx: address, hookSecret, probeIntervalMs: intervalMs } = config;
  const decidesFeed = address === undefined;
  const looks = rtspLooks({ ...core, mustVerify: !decidesFeed });
  const prober = startProber({ ...core, looks, intervalMs, decidesFeed });
  closers.add('rtsp probes', () => prober.close());
  if (!address) return { control: lookOnly(prober), watching: () => undefined, health: {} };
  const mediaMtx = openMediaMtx({
    ...core,
    address,
    hookSecret,
    sourceUrl: (id) => google?.sourceUrl(id),
    doubtOf: (camera) => google?.doubtOf(camera),
  });
  closers.add('mediamtx', () => mediaMtx.close());
  const control = withLooks(mediaMtx.control, prober);
  const { viewers } = mediaMtx;
  const hooks = withAuthorisation(mediaMtx.hooks, { ...core, address, viewers });
  const stopChecks = core.directory.onRevoked((accountKey) => {
    if (accountKey.startsWith('user:')) void viewers.check(accountKey.slice('user:'.length));
  });
  closers.add('rights of viewers', stopChecks);
  // Without it the API goes on: degraded, not unhealthy.
  const streamPorts = () => mediaMtx.streamPorts;
  const whep = openWhep({ ...core, ...address, url: () => webRtcUrl(address, mediaMtx.streamPorts.webrtc) });
  closers.add('watching at mediamtx', () => whep.close());
  const watching = ({ mtxPath, sourceType }: CameraRecord) =>
    mtxPath === null || sourceType === 'go2rtc' ? undefined : whep;
  return { control, hooks, watching, streamPorts, health: { mediamtx: () => mediaMtxHealth(mediaMtx) } };
}

/** @param port null where WebRTC is switched off */
function webRtcUrl({ url, webRtcUrl: given }: NonNullable<Config['mediamtx']>, port: number | null = 8889) {
  return given ?? (port === null ? undefined : `http://${new URL(url).hostname}:${port}`);
}

function mediaMtxHealth(mediaMtx: MediaMtx): Check {
  const found = reachable(mediaMtx);
  return found.healthy && mediaMtx.isRefusingHooks ? { healthy: null, meta: { reason: 'hook-refused' } } : found;
}

function reachable({ isUp, trouble }: Pick<MediaMtx | Go2Rtc, 'isUp' | 'trouble'>): Check {
  if (isUp === true) return { healthy: true };
  return { healthy: null, ...(trouble && { meta: { reason: trouble } }) };
}
