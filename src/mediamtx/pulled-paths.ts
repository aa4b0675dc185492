/** Owns the paths that MediaMTX pulls for cameras of ours: added through its API, added again when it forgot them, never touched otherwise. */

import { createTurns } from '../core/in-turn.ts';
import type { Log, Secrets } from '../core/ports.ts';
import type { CameraRecord } from '../core/records.ts';
import type { ReadCollection } from '../core/store.ts';
import type { ControlApi } from './control-api.ts';
import type { PathConfig } from './path-report.ts';

export interface PulledPaths {
  owns(name: string): boolean;
  /** Whether every path that MediaMTX took from us is among these. */
  areAmong(names: ReadonlySet<string>): boolean;
  /** Makes MediaMTX's configuration hold what our cameras need. A path it refuses is told to the log and keeps no other. */
  sync(): Promise<void>;
  /** Ends the stream and its readers; it starts again with the next reader, or at once when it is persistent. */
  recreate(name: string): Promise<void>;
}

interface Parts {
  readonly api: ControlApi;
  readonly records: ReadCollection<CameraRecord>;
  readonly secrets: Secrets;
  readonly log: Log;
}

/** What is sent; every key is known to each version since 1.8, since an unknown one is refused. */
interface PulledConfig {
  readonly source: string;
  readonly sourceOnDemand: boolean;
  /** A command that comes from `pathDefaults` is not valid beside a source. */
  readonly runOnDemand: '';
  readonly runOnUnDemand: '';
}

export function createPulledPaths({ api, records, secrets, log }: Parts): PulledPaths {
  const inTurn = createTurns();
  const added = new Set<string>();
  const refusals = new Map<string, string>();

  function wanted(name: string): PulledConfig | undefined {
    const camera = records.by('mtxPath', name);
    return camera && configOf(camera, secrets);
  }

  const names = () => [...records.values()].flatMap((camera) => (isPulled(camera) ? [String(camera.mtxPath)] : []));

  async function syncNow(): Promise<void> {
    const configs = await api.configs();
    const now = names();
    for (const name of [...added].filter((known) => !now.includes(known))) {
      await api.deletePath(name);
      added.delete(name);
    }
    for (const name of now) {
      const config = wanted(name);
      if (config) await attempt(name, () => put(name, config, configs.get(name)));
    }
  }

  async function put(name: string, config: PulledConfig, present: PathConfig | undefined): Promise<void> {
    // To write a source again, even the same one, would throw its readers out.
    const isSame = present?.source === config.source && present.sourceOnDemand === config.sourceOnDemand;
    if (!present) await api.addPath(name, config);
    else if (!isSame) await api.replacePath(name, config);
    added.add(name);
  }

  async function attempt(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      refusals.delete(name);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (refusals.get(name) !== message) log.warn({ path: name, reason: message }, 'MediaMTX does not take a path');
      refusals.set(name, message);
    }
  }

  return {
    owns: (name) => wanted(name) !== undefined,
    areAmong: (listed) => names().every((name) => listed.has(name) || refusals.has(name)),
    sync: () => inTurn('configuration', syncNow),
    recreate: (name) =>
      inTurn('configuration', async () => {
        const config = wanted(name);
        if (!config) return;
        await api.deletePath(name);
        await api.addPath(name, config);
        added.add(name);
      }),
  };
}

function isPulled({ isEnabled, mtxPath, sourceType, sealedSourceUrl }: CameraRecord): boolean {
  return isEnabled && mtxPath !== null && sealedSourceUrl !== null && (sourceType === 'rtsp' || sourceType === 'whep');
}

function configOf(camera: CameraRecord, secrets: Secrets): PulledConfig | undefined {
  if (!isPulled(camera) || camera.sealedSourceUrl === null) return undefined;
  const url = secrets.open(camera.sealedSourceUrl, camera.uid);
  // MediaMTX tells WHEP from HLS by the scheme.
  const source = camera.sourceType === 'whep' ? url.replace(/^http/i, 'whep') : url;
  return { source, sourceOnDemand: !camera.isPersistent, runOnDemand: '', runOnUnDemand: '' };
}
