/** Owns where the truth about cameras comes from: MediaMTX where there is one, else the cameras themselves. */

import type { Config } from '../config/config.ts';
import type { CameraControl } from '../core/cameras/control.ts';
import type { DirectRoute } from '../core/direct-calls.ts';
import type { Closers } from '../core/lifecycle.ts';
import type { Google } from '../google/start-google.ts';
import { withAuthorisation } from '../mediamtx/authorisation.ts';
import { openMediaMtx } from '../mediamtx/open-mediamtx.ts';
import type { Check } from '../protocol/entities/health.ts';
import { startProber } from '../rtsp/prober.ts';
import type { Core } from './core.ts';

export interface CameraSources {
  readonly control: CameraControl;
  /** By the name of a part. */
  readonly health: Readonly<Record<string, () => Check>>;
  /** For `/hooks/mediamtx`. */
  readonly hooks?: DirectRoute;
}

/** Begins to observe at once. */
export function openCameraSources(config: Config, core: Core, closers: Closers, google?: Google): CameraSources {
  const { mediamtx: address, hookSecret, probeIntervalMs } = config;
  if (!address) {
    const prober = startProber({ ...core, intervalMs: probeIntervalMs });
    closers.add('rtsp probes', () => prober.close());
    return { control: prober.control, health: {} };
  }
  const mediaMtx = openMediaMtx({ ...core, address, hookSecret, sourceUrl: (id) => google?.sourceUrl(id) });
  closers.add('mediamtx', () => mediaMtx.close());
  const { control } = mediaMtx;
  const hooks = withAuthorisation(mediaMtx.hooks, { ...core, address });
  // Without it the API goes on: degraded, not unhealthy.
  return { control, hooks, health: { mediamtx: () => ({ healthy: mediaMtx.isUp === true || null }) } };
}
