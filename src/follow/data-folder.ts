/** Owns the rule that a data folder belongs to one mode: camera 1 of ours and camera 1 of theirs are different cameras. */

import { CAMERAS } from '../core/cameras/records.ts';
import { FACTS } from '../core/fact-records.ts';
import type { Store } from '../core/store.ts';

type Mode = 'serve' | 'follow';

const MODE = 'mode';

/** @throws Error when the folder holds the cameras of the other mode: they would be overwritten, or shown as something else */
export async function claimDataFolder(store: Store, mode: Mode): Promise<void> {
  const owner = store.collection(FACTS).get(MODE)?.value ?? 'serve';
  if (owner === mode) return;
  if (store.collection(CAMERAS).size > 0) {
    throw new Error(`DATA_DIR holds the cameras of MODE=${owner}: give MODE=${mode} another folder`);
  }
  await store.commit((tx) => tx.collection(FACTS).put({ id: MODE, value: mode }));
}
