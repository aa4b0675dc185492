/**
 * Owns which bridges of the cluster live, as far as has been heard: one that says nothing counts for as long as it may still serve
 * somebody. No two clocks are compared.
 */

import type { Clock, Log } from '../../core/ports.ts';

export interface Members {
  /** Those that live, this one not among them. */
  readonly others: readonly string[];
  /** @returns whether it was not known before */
  heard(id: string): boolean;
  left(id: string): void;
  /** Runs when one is none any more. */
  onLost(listener: (id: string) => void): () => void;
  close(): void;
}

/** A bridge that hears nothing closes its tenants' connections after ten seconds: that is when it is harmless, and another second for its clock. */
const LOST_AFTER_MS = 11_000;

export function createMembers(clock: Clock, log: Log): Members {
  const cancels = new Map<string, () => void>();
  const listeners = new Set<(id: string) => void>();

  function forget(id: string): void {
    cancels.get(id)?.();
    if (!cancels.delete(id)) return;
    for (const listener of listeners) listener(id);
  }

  return {
    get others() {
      return [...cancels.keys()];
    },
    heard(id) {
      const cancel = cancels.get(id);
      cancel?.();
      const lose = () => {
        log.warn({ bridge: id }, 'a bridge of the cluster is not heard of any more');
        forget(id);
      };
      cancels.set(id, clock.after(LOST_AFTER_MS, lose));
      return cancel === undefined;
    },
    left: forget,
    onLost(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      for (const cancel of cancels.values()) cancel();
      cancels.clear();
    },
  };
}
