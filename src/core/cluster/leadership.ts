/** Owns the port to what only one bridge of a cluster does at a time; a bridge that stands alone always leads. */

import type { Store } from '../store.ts';

/** A time for which it is ours. */
export interface Term {
  /** Another bridge led until a moment ago. */
  readonly takesOver: boolean;
}

export type Begin = (term: Term) => () => void | Promise<void>;

export interface Leadership extends Pick<Store, 'commit'> {
  /** Ours, and surely so: false as soon as it may be another's, also right after this process stood still. */
  readonly leads: boolean;
  /** Rises whenever it changes hands; undefined where it is another's, and alone. */
  readonly epoch: number | undefined;
  /**
   * Runs `begin` each time it becomes ours (at once where it is), and what that returns when it is ours no more.
   * @returns what ends it for good
   */
  whileLeading(begin: Begin): () => Promise<void>;
}

export function ledAlone({ commit }: Pick<Store, 'commit'>): Leadership {
  return {
    leads: true,
    epoch: undefined,
    commit,
    whileLeading(begin) {
      const end = begin({ takesOver: false });
      return async () => end();
    },
  };
}
