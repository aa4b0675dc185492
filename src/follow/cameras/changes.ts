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
  await store.commit((tx) => {
    const rows = tx.collection(CAMERAS);
    // All of them first: two cameras may have exchanged their paths.
    for (const { id } of [...removed, ...changed.map(({ after }) => after)]) rows.delete(id);
    for (const { after } of changed) rows.put(after);
  });
  for (const camera of removed) await cameras.changed('removed', camera);
  for (const { before, after } of changed) {
    if (!before) await cameras.changed('created', after);
    else if (isNoticeable(before, after)) await cameras.changed('updated', after);
  }
}

/**
 * @param at ISO 8601: when it was read
 * @param missedEvents else demand and readers are left to the events, which know more of them than a reading tells
 */
export async function observeFeed(
  cameras: Cameras,
  { record, ...seen }: UpstreamCamera,
  at: string,
  missedEvents: boolean,
): Promise<void> {
  const { id } = record;
  const { demanded, readers } = cameras.facts(id);
  if (seen.ready) await cameras.observe(id, { kind: 'ready', at, since: seen.readySince });
  else await cameras.observe(id, { kind: 'notReady', at, absence: isExpected(record, undefined) ? 'wanted' : 'idle' });
  if (!missedEvents) return;
  if (demanded && seen.idle) await cameras.observe(id, { kind: 'unDemand', at });
  if (seen.readers > 0) return;
  for (const reader of readers.values()) await cameras.observe(id, { kind: 'unread', at, reader });
}
