/** Owns when and from where each token was used last: exact while the process lives, to the hour over a restart. */

import type { Clock } from '../ports.ts';
import type { Store } from '../store.ts';
import { isoOffset } from '../wire-time.ts';
import { TOKENS, type TokenRecord, type TokenUse } from './records.ts';

export interface TokenUses {
  /** @param address of the peer, where known */
  note(tokenId: string, address: string | undefined): void;
  last(token: TokenRecord): TokenUse | undefined;
}

/** A token is used for every request: on disk it need not be newer than this. */
const KEPT_EVERY_MS = 60 * 60 * 1000;

export function createTokenUses(store: Store, clock: Clock): TokenUses {
  const tokens = store.collection(TOKENS);
  const uses = new Map<string, { readonly atMs: number; readonly address: string | null }>();
  const keptMs = new Map<string, number>();

  function keep(id: string, use: TokenUse): Promise<void> {
    return store.commit((tx) => {
      const rows = tx.collection(TOKENS);
      const token = rows.get(id);
      if (token) rows.put({ ...token, lastUse: use });
    });
  }

  /** There are as many as there are tokens. */
  function forgetGone(): void {
    for (const id of uses.keys()) {
      if (tokens.get(id)) continue;
      uses.delete(id);
      keptMs.delete(id);
    }
  }

  return {
    note(id, address = '') {
      const atMs = clock.monotonicMs();
      uses.set(id, { atMs: clock.now(), address: address || null });
      if (atMs - (keptMs.get(id) ?? Number.NEGATIVE_INFINITY) < KEPT_EVERY_MS) return;
      keptMs.set(id, atMs);
      forgetGone();
      // A disk that takes nothing is told by what must be on it.
      keep(id, { at: isoOffset(clock.now()), address: address || null }).catch(() => undefined);
    },
    last(token) {
      const use = uses.get(token.id);
      // Another bridge may have seen it later.
      const isHereLast = use !== undefined && use.atMs >= Date.parse(token.lastUse?.at ?? '1970-01-01T00:00:00Z');
      return isHereLast ? { at: isoOffset(use.atMs), address: use.address } : token.lastUse;
    },
  };
}
