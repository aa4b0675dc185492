/** Owns how much there is in a store, as people count it who save one or bring one back. */

import { USERS } from '../../core/accounts/records.ts';
import { CAMERAS } from '../../core/cameras/records.ts';
import { CREDENTIALS } from '../../core/google/credentials.ts';
import { INSTANCES } from '../../core/instances/records.ts';
import type { Store } from '../../core/store.ts';

export type Counts = Readonly<Record<string, number>>;

export function countsOf(store: Store): Counts {
  return {
    // The system user is everywhere.
    users: [...store.collection(USERS).values()].filter(({ id }) => id !== '0').length,
    credentials: store.collection(CREDENTIALS).size,
    cameras: store.collection(CAMERAS).size,
    instances: store.collection(INSTANCES).size,
  };
}
