/** Owns what a reading of NestMTX's cameras changes here: the records that are kept, and the observations that it amounts to. */

import type { Cameras } from '../../core/cameras/cameras.ts';
import { isExpected } from '../../core/cameras/expectation.ts';
import { CAMERAS, type CameraRecord } from '../../core/cameras/records.ts';
import type { Store } from '../../core/store.ts';
import { isNoticeable, type UpstreamCamera } from './upstream-camera.ts';

/** Makes our records equal to what was found, and tells what came, changed and went. */
export async function keepRecords(store: Store, cameras: Cameras, found: readonly CameraRecord[]): Promise<void> {
  const records = store.collection(CAMERAS);
  const ids = new Set(found.map(({ id }) => id));
  const removed = [...records.values()].filter(({ id }) => !ids.has(id));
  const changed = found
    .map((after) => ({ before: records.get(after.id), after }))
    .filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
  if (removed.length === 0 && changed.length === 0) return;
  await cameras.change((tx, tell) => {
    const rows = tx.collection(CAMERAS);
    // All of them first: two cameras may have exchanged their paths.
    for (const { id } of [...removed, ...changed.map(({ after }) => after)]) rows.delete(id);
    for (const { after } of changed) rows.put(after);
    for (const camera of removed) tell('removed', camera);
    for (const { before, after } of changed) {
      if (!before) tell('created', after);
      else if (isNoticeable(before, after)) tell('updated', after);
    }
  });
}

/** The same for one camera that was read by itself. */
export async function keepRecord(store: Store, cameras: Cameras, after: CameraRecord): Promise<void> {
  const before = store.collection(CAMERAS).get(after.id);
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  await cameras.change((tx, tell) => {
    const rows = tx.collection(CAMERAS);
    // Paths are exchanged one after another: whoever had this one has another by now, which the next reading shows.
    const holder = after.mtxPath === null ? undefined : rows.by('mtxPath', after.mtxPath);
    if (holder && holder.id !== after.id) rows.put({ ...holder, mtxPath: null });
    rows.put(after);
    if (!before || isNoticeable(before, after)) tell(before ? 'updated' : 'created', after);
  });
}

/** @param at ISO 8601: when it was read */
export async function observeFeed(cameras: Cameras, camera: UpstreamCamera, at: string): Promise<void> {
  const { record, ready, readySince } = camera;
  if (ready) await cameras.observe(record.id, { kind: 'ready', at, since: readySince });
  else {
    const absence = isExpected(record, undefined) ? 'wanted' : 'idle';
    await cameras.observe(record.id, { kind: 'notReady', at, absence });
  }
}

/** Demand and readers: only after events were missed, since events know more of them than a reading tells. */
export async function observeUse(cameras: Cameras, camera: UpstreamCamera, at: string): Promise<void> {
  const { id } = camera.record;
  const { demanded, readers } = cameras.facts(id);
  if (demanded && camera.idle) await cameras.observe(id, { kind: 'unDemand', at });
  if (camera.readers > 0) return;
  for (const reader of readers.values()) await cameras.observe(id, { kind: 'unread', at, reader });
}
