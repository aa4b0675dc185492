/** Owns where the truth about cameras comes from: MediaMTX where there is one, else the cameras themselves. */

import type { Config } from '../config/config.ts';
import type { CameraControl } from '../core/cameras/control.ts';
import type { DirectRoute } from '../core/direct-calls.ts';
import type { Closers } from '../core/lifecycle.ts';
import type { StreamPorts } from '../core/stream-ports.ts';
import type { Google } from '../google/start-google.ts';
import { withAuthorisation } from '../mediamtx/authorisation.ts';
import { openMediaMtx } from '../mediamtx/open-mediamtx.ts';
import type { Check } from '../protocol/entities/health.ts';
import { lookOnly, withLooks } from '../rtsp/control.ts';
import { rtspLooks } from '../rtsp/looks.ts';
import { startProber } from '../rtsp/prober.ts';
import type { Core } from './core.ts';

export interface CameraSources {
  readonly control: CameraControl;
  /** By the name of a part. */
  readonly health: Readonly<Record<string, () => Check>>;
  /** For `/hooks/mediamtx`. */
  readonly hooks?: DirectRoute;
  /** Where the streams are, where somebody tells. */
  readonly streamPorts?: () => Partial<StreamPorts>;
}

/** Begins to observe at once. */
export function openCameraSources(config: Config, core: Core, closers: Closers, google?: Google): CameraSources {
  const { mediamtx: address, hookSecret, probeIntervalMs: intervalMs } = config;
  const decidesFeed = address === undefined;
  const looks = rtspLooks({ ...core, mustVerify: !decidesFeed });
  const prober = startProber({ ...core, looks, intervalMs, decidesFeed });
  closers.add('rtsp probes', () => prober.close());
  if (!address) return { control: lookOnly(prober), health: {} };
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
  return { control, hooks, streamPorts, health: { mediamtx: () => ({ healthy: mediaMtx.isUp === true || null }) } };
}
