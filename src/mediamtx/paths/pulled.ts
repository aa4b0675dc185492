/** Owns which paths MediaMTX pulls for cameras of ours: added through its API, added again when it forgot them, never touched otherwise. */

import type { Cameras } from '../../core/cameras/cameras.ts';
import { isInUse } from '../../core/cameras/expectation.ts';
import type { CameraRecord } from '../../core/cameras/records.ts';
import type { Clock, Log, Secrets } from '../../core/ports.ts';
import { withoutSource } from '../../core/redaction.ts';
import type { ReadCollection } from '../../core/store.ts';
import { createTurns } from '../../core/timing/in-turn.ts';
import { isoZulu } from '../../core/wire-time.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { JsonObject } from '../../protocol/envelope.ts';
import type { ControlApi } from '../control-api.ts';
import { isRefusal } from '../control-exchange.ts';
import { type PulledConfig, pulledConfig } from './pulled-config.ts';
import type { WrittenPaths } from './written.ts';

export interface PulledPaths {
  owns(name: string): boolean;
  /** Whether every path that MediaMTX took from us is among these. */
  areAmong(names: ReadonlySet<string>): boolean;
  /**
   * Makes MediaMTX's configuration hold what our cameras need. A path it refuses is told to the log and its camera, and keeps no other.
   * @returns whether it had to be changed
   */
  sync(): Promise<boolean>;
  /** Ends the stream and its readers; it starts again with the next reader, or at once when it is persistent. */
  recreate(name: string): Promise<void>;
}

interface Parts {
  readonly api: Pick<ControlApi, 'pathFields'>;
  readonly written: WrittenPaths;
  readonly records: ReadCollection<CameraRecord>;
  readonly cameras: Pick<Cameras, 'facts' | 'observe'>;
  readonly secrets: Pick<Secrets, 'open'>;
  /** Where a camera of Google is to be had, by its id; undefined while it is not. */
  readonly sourceUrl: (cameraId: string) => string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

export function createPulledPaths({
  api,
  written,
  records,
  cameras,
  secrets,
  sourceUrl,
  clock,
  log,
}: Parts): PulledPaths {
  const inTurn = createTurns();
  const refusals = new Map<string, string>();

  function wanted(name: string): PulledConfig | undefined {
    const camera = records.by('mtxPath', name);
    const source = camera && sourceOf(camera);
    return camera && source ? pulledConfig(camera, source) : undefined;
  }

  function isPulled(camera: CameraRecord): boolean {
    const { id, mtxPath, sourceType, sealedSourceUrl } = camera;
    if (!isInUse(camera) || mtxPath === null) return false;
    return sourceType === 'google' ? sourceUrl(id) !== undefined : sealedSourceUrl !== null;
  }

  function sourceOf(camera: CameraRecord): string | undefined {
    if (!isPulled(camera)) return undefined;
    const { id, uid, sealedSourceUrl } = camera;
    return sealedSourceUrl === null ? sourceUrl(id) : secrets.open(sealedSourceUrl, uid);
  }

  const names = () => [...records.values()].flatMap((camera) => (isPulled(camera) ? [String(camera.mtxPath)] : []));

  async function syncNow(): Promise<boolean> {
    const now = new Set(names());
    const over = written.names().filter((name) => !now.has(name));
    if (now.size === 0 && over.length === 0) return false;
    const present = await api.pathFields();
    let isChanged = false;
    for (const name of over) if (await attempt(name, () => takenBack(name, present.get(name)))) isChanged = true;
    for (const name of now) {
      const config = wanted(name);
      if (config && (await attempt(name, () => written.put(name, config, present.get(name)), config))) isChanged = true;
    }
    return isChanged;
  }

  async function takenBack(name: string, present: JsonObject | undefined): Promise<boolean> {
    await written.takeBack(name, present);
    return true;
  }

  /** That MediaMTX cannot be asked is no matter of this path, and rejects. */
  async function attempt(name: string, work: () => Promise<boolean>, config?: PulledConfig): Promise<boolean> {
    try {
      const isChanged = await work();
      refusals.delete(name);
      tellCamera(name, 'accepted');
      return isChanged;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { message } = unquoted(error, config);
      if (refusals.get(name) !== message) log.warn({ path: name, reason: message }, 'MediaMTX does not take a path');
      refusals.set(name, message);
      tellCamera(name, 'rejected');
      return false;
    }
  }

  function tellCamera(name: string, kind: 'accepted' | 'rejected'): void {
    const camera = records.by('mtxPath', name);
    if (!camera || cameras.facts(camera.id).isRejected === (kind === 'rejected')) return;
    cameras.observe(camera.id, { kind, at: isoZulu(clock.now()) }).catch((error: unknown) => {
      log.error({ err: error, path: name }, 'an observation was lost');
    });
  }

  return {
    owns: (name) => wanted(name) !== undefined,
    areAmong: (listed) => names().every((name) => listed.has(name) || refusals.has(name)),
    sync: () => inTurn('configuration', syncNow),
    recreate: (name) =>
      inTurn('configuration', async () => {
        const config = wanted(name);
        if (!config) return;
        await written.putAnew(name, config).catch((error: unknown) => {
          throw isRefusal(error) ? unquoted(error, config) : error;
        });
      }),
  };
}

/** MediaMTX may quote the source, and that is a secret. */
function unquoted(error: ApiError, config: PulledConfig | undefined): ApiError {
  return new ApiError(error.code, { message: withoutSource(error.message, config?.source), cause: error.cause });
}
