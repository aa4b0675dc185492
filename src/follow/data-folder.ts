/** Owns the rule that a data folder belongs to one mode: camera 1 of ours and camera 1 of theirs are different cameras. */

import { CAMERAS } from '../core/cameras/records.ts';
import { SOURCE_GONE } from '../core/cameras/source-told.ts';
import { FACTS } from '../core/fact-records.ts';
import type { Store } from '../core/store.ts';

type Mode = 'serve' | 'follow';

const MODE = 'mode';

/**
 * @param adopts whether the cameras that were followed are ours from now on, with their ids
 * @throws Error when the folder holds the cameras of the other mode: they would be overwritten, or shown as something else
 */
export async function claimDataFolder(store: Store, mode: Mode, adopts = false): Promise<void> {
  const owner = store.collection(FACTS).get(MODE)?.value ?? 'serve';
  if (owner === mode) return;
  const cameras = [...store.collection(CAMERAS).values()];
  if (cameras.length > 0 && !(adopts && mode === 'serve')) {
    const cure = mode === 'serve' ? ', or keep them with start --adopt' : '';
    throw new Error(`DATA_DIR holds the cameras of MODE=${owner}: give MODE=${mode} another folder${cure}`);
  }
  const highest = Math.max(0, ...cameras.map(({ id }) => Number(id)));
  await store.commit((tx) => {
    // Nobody else may be given an id that one of them has.
    while (highest > 0 && tx.nextId('cameras') < highest);
    const facts = tx.collection(FACTS);
    // What the other mode asked is not asked any more, and never comes back.
    for (const { id } of [...facts.values()]) if (id.startsWith(SOURCE_GONE)) facts.delete(id);
    facts.put({ id: MODE, value: mode });
  });
}
