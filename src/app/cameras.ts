/** Owns where the truth about cameras comes from: MediaMTX and go2rtc where they are, and the cameras themselves. */

import type { Config } from '../config/config.ts';
import type { Cameras } from '../core/cameras/cameras.ts';
import type { CameraControl } from '../core/cameras/control.ts';
import type { Finding } from '../core/cameras/facts.ts';
import type { CameraRecord } from '../core/cameras/records.ts';
import type { DirectRoute } from '../core/direct-calls.ts';
import type { Closers } from '../core/lifecycle.ts';
import type { StreamServer } from '../core/watching/stream-server.ts';
import { withGo2Rtc } from '../go2rtc/control.ts';
import { createGo2RtcApi } from '../go2rtc/go2rtc-api.ts';
import { type Go2Rtc, isOfGo2Rtc, openGo2Rtc } from '../go2rtc/open-go2rtc.ts';
import { openQuestions } from '../go2rtc/question.ts';
import { go2RtcStreams } from '../go2rtc/webrtc.ts';
import type { Google } from '../google/start-google.ts';
import { openMediaMtxAccess } from '../mediamtx/access.ts';
import { withAuthorisation } from '../mediamtx/authorisation.ts';
import { MEDIAMTX_DEEDS, type MediaMtx, openMediaMtx } from '../mediamtx/open-mediamtx.ts';
import { openWhep } from '../mediamtx/whep.ts';
import type { Check } from '../protocol/entities/health.ts';
import type { StreamPorts } from '../protocol/stream-ports.ts';
import { LOOKS_ALONE, lookOnly, withLooks } from '../rtsp/control.ts';
import { rtspLooks } from '../rtsp/looks.ts';
import { probe } from '../rtsp/probe.ts';
import { startProber } from '../rtsp/prober.ts';
import { urlAtServer } from '../snapshots/snapshot-source.ts';
import type { Core } from './core.ts';
import { type HeldSource, holdSource, type Sight } from './sources/held.ts';
import { hearHints } from './sources/hints.ts';
import { sourceOf } from './sources/names.ts';

/** Undefined where nothing can be said. */
type LookAt = (name: string, stopped: AbortSignal) => Promise<Finding | undefined>;

/** MediaMTX gives a source ten seconds to come. */
const WAKE_MS = 11_000;

export interface CameraSources {
  readonly control: CameraControl;
  /** By the name of a part. */
  readonly health: Readonly<Record<string, () => Check>>;
  /** For `/hooks/mediamtx`. */
  readonly hooks?: DirectRoute;
  /** What serves a camera by WebRTC; undefined where nothing does. */
  readonly watching: (camera: CameraRecord) => StreamServer | undefined;
  /** Has MediaMTX, or go2rtc, get what may become a camera: for that moment it is read, which wakes it. */
  readonly lookAt: Partial<Readonly<Record<'path' | 'stream', LookAt>>>;
  /** Where the streams are, where somebody tells. */
  readonly streamPorts?: () => Partial<StreamPorts>;
}

/** Begins to observe at once what is for this bridge to observe. */
export function openCameraSources(config: Config, core: Core, closers: Closers, google?: Google): CameraSources {
  const sources = config.mediamtx
    ? openMediaServer(config, config.mediamtx, core, closers, google)
    : openLooks(config, core, closers);
  const { go2rtc: address, probeIntervalMs: intervalMs } = config;
  if (!address) return sources;
  const { clock } = core;

  function see(cameras: Cameras): Sight {
    const askRtsp = (url: string, stopped: AbortSignal) => probe(url, { clock, stopped });
    const go2rtc = openGo2Rtc({ ...core, cameras, address: given, askRtsp });
    const looks = { allows: isOfGo2Rtc, at: go2rtc.lookAtSource };
    const prober = startProber({ ...core, cameras, looks, intervalMs, decidesFeed: false });
    return {
      media: go2rtc.media,
      act: (camera) => prober.look(camera),
      get health() {
        return reachable(go2rtc);
      },
      streamPorts: {},
      async close() {
        // Looks wait for it.
        await go2rtc.close();
        await prober.close();
      },
    };
  }

  const given = address;
  const held = holdSource({ name: 'go2rtc', tellsOf: tellsOf(config, 'go2rtc'), see }, core, closers);
  const questions = openQuestions(address, clock);
  closers.add('watching at go2rtc', () => questions.close());
  const streams = go2RtcStreams(questions);
  return {
    ...sources,
    watching: (camera) => (camera.sourceType === 'go2rtc' ? streams : sources.watching(camera)),
    control: withGo2Rtc(sources.control, { streams: held.media, look: (camera) => held.act(camera, 'probe') }),
    lookAt: { ...sources.lookAt, stream: createGo2RtcApi(questions).look },
    health: { ...sources.health, go2rtc: () => held.health },
  };
}

/** Where nothing carries streams. */
function openLooks(config: Config, core: Core, closers: Closers): CameraSources {
  const see = (cameras: Cameras): Sight => {
    const looks = rtspLooks({ ...core, mustVerify: false });
    const prober = startProber({
      ...{ ...core, cameras, looks },
      intervalMs: config.probeIntervalMs,
      decidesFeed: true,
    });
    return { ...lookOnly(prober), health: { healthy: true }, streamPorts: {}, close: prober.close };
  };
  const held = holdSource({ name: 'rtsp', tellsOf: tellsOf(config, 'rtsp'), see }, core, closers);
  return {
    control: { ...LOOKS_ALONE, act: held.act, media: held.media },
    watching: () => undefined,
    lookAt: {},
    health: {},
  };
}

type Address = NonNullable<Config['mediamtx']>;

function openMediaServer(
  config: Config,
  address: Address,
  core: Core,
  closers: Closers,
  google?: Google,
): CameraSources {
  const { hookSecret, probeIntervalMs: intervalMs } = config;
  const hints = hearHints(core);

  function see(cameras: Cameras): Sight {
    const looks = rtspLooks({ ...core, mustVerify: true });
    const prober = startProber({ ...core, cameras, looks, intervalMs, decidesFeed: false });
    const mediaMtx = openMediaMtx({
      ...{ ...core, cameras, address },
      sourceUrl: (id) => google?.sourceUrl(id),
      doubtOf: (camera) => google?.doubtOf(camera),
    });
    const stopHints = hints.heed(mediaMtx.look);
    return {
      ...withLooks(mediaMtx.control, prober),
      get health() {
        return reachable(mediaMtx);
      },
      get streamPorts() {
        return mediaMtx.streamPorts;
      },
      async close() {
        stopHints();
        await mediaMtx.close();
        await prober.close();
      },
    };
  }

  const held = holdSource({ name: 'mediamtx', tellsOf: tellsOf(config, 'mediamtx'), see }, core, closers);
  const access = openMediaMtxAccess({ ...core, address, hookSecret, giveHint: hints.give });
  closers.add('mediamtx access', () => access.close());
  const { viewers } = access;
  const hooks = withAuthorisation(access.hooks, { ...core, address, viewers });
  const stopChecks = core.directory.onRevoked((accountKey) => {
    if (accountKey.startsWith('user:')) void viewers.check(accountKey.slice('user:'.length));
  });
  closers.add('rights of viewers', stopChecks);
  // Without it the API goes on: degraded, not unhealthy.
  const streamPorts = () => held.streamPorts;
  const whep = openWhep({ ...core, ...address, url: () => webRtcUrl(address, held.streamPorts.webrtc) });
  closers.add('watching at mediamtx', () => whep.close());
  const watching = ({ mtxPath, sourceType }: CameraRecord) =>
    mtxPath === null || sourceType === 'go2rtc' ? undefined : whep;
  const { rtspUrl: url, username, password } = address;
  const { clock } = core;
  const lookAtPath: LookAt = (path, stopped) =>
    probe(urlAtServer(path, { url, username, password }), { clock, stopped, timeoutMs: WAKE_MS });
  return {
    control: { ...MEDIAMTX_DEEDS, act: held.act, media: held.media },
    hooks,
    watching,
    lookAt: { path: lookAtPath },
    streamPorts,
    health: { mediamtx: () => mediaMtxHealth(held, access.isRefusingHooks) },
  };
}

const tellsOf = (config: Config, name: string) => (camera: CameraRecord) => sourceOf(config, camera) === name;

/** @param port null where WebRTC is switched off */
function webRtcUrl({ url, webRtcUrl: given }: Address, port: number | null = 8889) {
  return given ?? (port === null ? undefined : `http://${new URL(url).hostname}:${port}`);
}

function mediaMtxHealth({ health }: HeldSource, isRefusingHooks: boolean): Check {
  return health.healthy && isRefusingHooks ? { healthy: null, meta: { reason: 'hook-refused' } } : health;
}

function reachable({ isUp, trouble }: Pick<MediaMtx | Go2Rtc, 'isUp' | 'trouble'>): Check {
  if (isUp === true) return { healthy: true };
  return { healthy: null, ...(trouble && { meta: { reason: trouble } }) };
}
