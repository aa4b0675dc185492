/** Owns the name by which this installation is told from others on the same broker: made once, kept for good. */

import { FACTS } from './fact-records.ts';
import type { Secrets } from './ports.ts';
import type { Store } from './store.ts';

const INSTALLATION = 'installation';

/** 12 hex digits. */
export async function installationId(store: Store, secrets: Secrets): Promise<string> {
  const known = store.collection(FACTS).get(INSTALLATION);
  if (known) return known.value;
  const value = secrets.newHex(12);
  return store.commit((tx) => {
    const facts = tx.collection(FACTS);
    const first = facts.get(INSTALLATION);
    if (first === undefined) facts.put({ id: INSTALLATION, value });
    return first?.value ?? value;
  });
}
