/** Owns the paths that MediaMTX pulls for cameras of ours: added through its API, added again when it forgot them, never touched otherwise. */

import type { CameraRecord } from '../../core/cameras/records.ts';
import type { Log, Secrets } from '../../core/ports.ts';
import type { ReadCollection } from '../../core/store.ts';
import { createTurns } from '../../core/timing/in-turn.ts';
import type { ControlApi } from '../control-api.ts';
import type { PathConfig } from './report.ts';

export interface PulledPaths {
  owns(name: string): boolean;
  /** Whether every path that MediaMTX took from us is among these. */
  areAmong(names: ReadonlySet<string>): boolean;
  /**
   * Makes MediaMTX's configuration hold what our cameras need. A path it refuses is told to the log and keeps no other.
   * @returns whether it had to be changed
   */
  sync(): Promise<boolean>;
  /** Ends the stream and its readers; it starts again with the next reader, or at once when it is persistent. */
  recreate(name: string): Promise<void>;
}

interface Parts {
  readonly api: ControlApi;
  readonly records: ReadCollection<CameraRecord>;
  readonly secrets: Pick<Secrets, 'open'>;
  /** Where a camera of Google is to be had, by its id; undefined while it is not. */
  readonly sourceUrl: (cameraId: string) => string | undefined;
  readonly log: Log;
}

/** What is sent; every key but the last is known to each version since 1.8, since an unknown one is refused. */
interface PulledConfig {
  readonly source: string;
  readonly sourceOnDemand: boolean;
  /** Google takes its time to wake a camera. */
  readonly sourceOnDemandStartTimeout?: '30s';
  /** Google's streams come over TLS. */
  readonly rtspTransport?: 'tcp';
  /** Since 1.17; WHEP of ours needs 1.18.2 anyway. */
  readonly whepHandshakeTimeout?: '30s';
  /** A command that comes from `pathDefaults` is not valid beside a source. */
  readonly runOnDemand: '';
  readonly runOnUnDemand: '';
}

export function createPulledPaths({ api, records, secrets, sourceUrl, log }: Parts): PulledPaths {
  const inTurn = createTurns();
  const added = new Set<string>();
  const refusals = new Map<string, string>();

  function wanted(name: string): PulledConfig | undefined {
    const camera = records.by('mtxPath', name);
    const source = camera && sourceOf(camera);
    return camera && source ? configOf(camera, source) : undefined;
  }

  function isPulled({ id, isEnabled, mtxPath, sourceType, sealedSourceUrl }: CameraRecord): boolean {
    if (!isEnabled || mtxPath === null) return false;
    if (sourceType === 'google') return sourceUrl(id) !== undefined;
    return sealedSourceUrl !== null && (sourceType === 'rtsp' || sourceType === 'whep');
  }

  function sourceOf(camera: CameraRecord): string | undefined {
    if (!isPulled(camera)) return undefined;
    const { id, uid, sourceType, sealedSourceUrl } = camera;
    if (sealedSourceUrl === null) return sourceUrl(id);
    const url = secrets.open(sealedSourceUrl, uid);
    // MediaMTX tells WHEP from HLS by the scheme.
    return sourceType === 'whep' ? url.replace(/^http/i, 'whep') : url;
  }

  const names = () => [...records.values()].flatMap((camera) => (isPulled(camera) ? [String(camera.mtxPath)] : []));

  async function syncNow(): Promise<boolean> {
    const now = new Set(names());
    if (now.size === 0 && added.size === 0) return false;
    const configs = await api.configs();
    let isChanged = false;
    for (const name of [...added].filter((known) => !now.has(known))) {
      await api.deletePath(name);
      added.delete(name);
      isChanged = true;
    }
    for (const name of now) {
      const config = wanted(name);
      if (config && (await attempt(name, config, configs.get(name)))) isChanged = true;
    }
    return isChanged;
  }

  async function put(name: string, config: PulledConfig, present: PathConfig | undefined): Promise<boolean> {
    // To write a source again, even the same one, would throw its readers out.
    const isSame = present?.source === config.source && present.sourceOnDemand === config.sourceOnDemand;
    if (!present) await api.addPath(name, config);
    else if (!isSame) await api.replacePath(name, config);
    added.add(name);
    return !isSame;
  }

  async function attempt(name: string, config: PulledConfig, present: PathConfig | undefined): Promise<boolean> {
    try {
      const isChanged = await put(name, config, present);
      refusals.delete(name);
      return isChanged;
    } catch (error) {
      // MediaMTX may quote the source, and that is a secret.
      const message = (error instanceof Error ? error.message : String(error)).replaceAll(config.source, 'its source');
      if (refusals.get(name) !== message) log.warn({ path: name, reason: message }, 'MediaMTX does not take a path');
      refusals.set(name, message);
      return false;
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

function configOf({ sourceType, isPersistent }: CameraRecord, source: string): PulledConfig {
  const common = { source, sourceOnDemand: !isPersistent, runOnDemand: '', runOnUnDemand: '' } as const;
  if (sourceType !== 'google') return common;
  const slow = { ...common, sourceOnDemandStartTimeout: '30s' } as const;
  return source.startsWith('rtsp:') ? { ...slow, rtspTransport: 'tcp' } : { ...slow, whepHandshakeTimeout: '30s' };
}
