/** Owns the token at NestMTX that outlives a restart, sealed in the data folder: NestMTX keeps a row for each login, for ever (contract 2.7). */

import { FACTS } from '../core/fact-records.ts';
import type { Log, Secrets } from '../core/ports.ts';
import type { Store } from '../core/store.ts';

export interface KeptToken {
  /** Undefined where there is none, or it is that of another user. */
  read(): string | undefined;
  /** Never rejects: without it the next start logs in anew. */
  keep(token: string): Promise<void>;
}

const TOKEN = 'follow-token';

export function keepToken(store: Store, secrets: Secrets, username: string, log: Log): KeptToken {
  const boundTo = `follow/token/${username}`;
  return {
    read() {
      const sealed = store.collection(FACTS).get(TOKEN)?.value;
      if (sealed === undefined) return undefined;
      try {
        return secrets.open(sealed, boundTo);
      } catch {
        // Of another user, or sealed with another APP_KEY: as good as none.
        return undefined;
      }
    },
    async keep(token) {
      const value = secrets.seal(token, boundTo);
      try {
        await store.commit((tx) => tx.collection(FACTS).put({ id: TOKEN, value }));
      } catch (error) {
        log.warn({ err: error }, 'the token of NestMTX could not be kept');
      }
    },
  };
}
