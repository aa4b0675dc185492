/** Owns the wish that what was read from files is read anew: who has such files hears of it. */

export interface Reloads {
  /** Calls back each time. The result ends it. */
  onReload(listener: () => void): () => void;
  reload(): void;
}

export function createReloads(): Reloads {
  const listeners = new Set<() => void>();
  return {
    onReload(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    reload() {
      for (const listener of [...listeners]) listener();
    },
  };
}
