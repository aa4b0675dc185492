/** Owns that nobody goes on at the path of a camera that was removed or disabled: readers and publishers are thrown out. */

import type { Bus } from '../core/bus.ts';
import type { CameraRecord } from '../core/cameras/records.ts';
import type { Clock, Log } from '../core/ports.ts';
import type { ReadCollection } from '../core/store.ts';
import { createRetries } from '../core/timing/retries.ts';
import type { ControlApi } from './control-api.ts';

interface Parts {
  readonly api: Pick<ControlApi, 'path' | 'kick'>;
  readonly records: ReadCollection<CameraRecord>;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

/** Tries again where MediaMTX cannot be asked. Returns what stops it. */
export function startEvictions({ api, records, bus, clock, log }: Parts): () => Promise<void> {
  /** Path of each enabled camera, by its id. */
  const enabled = new Map<string, string>();
  const pathOf = (camera: CameraRecord | undefined) => (camera?.isEnabled ? camera.mtxPath : null);
  const isOver = (path: string) => pathOf(records.by('mtxPath', path)) === null;
  const retries = createRetries(evict, clock, log);

  async function evict(path: string): Promise<void> {
    const report = isOver(path) ? await api.path(path) : undefined;
    if (!report) return;
    const peers = [...report.readers, ...(report.source ? [report.source] : [])];
    await Promise.all(peers.map((peer) => api.kick(peer)));
  }

  function changed(id: string): void {
    const before = enabled.get(id);
    const path = pathOf(records.get(id));
    if (path === null) enabled.delete(id);
    else enabled.set(id, path);
    if (before === undefined || path !== null || !isOver(before)) return;
    evict(before).catch((error: unknown) => {
      log.warn({ err: error, path: before }, 'the sessions at a path could not be ended; trying again');
      retries.later(before);
    });
  }

  for (const camera of records.values()) {
    const path = pathOf(camera);
    if (path !== null) enabled.set(camera.id, path);
  }
  const stopListening = bus.on('event', ({ domain, event, entity }) => {
    const isAboutRecord = event === 'created' || event === 'updated' || event === 'removed';
    if (domain === 'camera' && entity !== null && isAboutRecord) changed(String(entity));
  });
  return () => {
    stopListening();
    return retries.close();
  };
}
