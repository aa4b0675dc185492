/** Owns the port to what only one bridge of a cluster does at a time, each thing for itself, so that they are spread over all of them. */

import type { Fence } from '../store.ts';
import type { Term } from './leadership.ts';

export interface HeldTerm extends Term {
  /** Refuses a change as soon as the thing is another bridge's. */
  readonly fence: Fence;
}

export interface Holdings {
  /** Whether it is ours, as far as is known. */
  holds(name: string): boolean;
  /**
   * Runs `begin` each time this falls to us (at once where it is ours), and what that returns when it is ours no more.
   * @returns what ends it for good
   */
  whileHolding(name: string, begin: (term: HeldTerm) => () => void | Promise<void>): () => Promise<void>;
}

/** A bridge that stands alone does everything. */
export const HELD_ALONE: Holdings = {
  holds: () => true,
  whileHolding(_name, begin) {
    const end = begin({ takesOver: false, fence: () => undefined });
    return async () => end();
  },
};
