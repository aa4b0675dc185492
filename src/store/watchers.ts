/** Owns who hears of what other processes have changed, by collection. */

import type { CollectionSpec, Elsewhere, StoredRecord } from '../core/store.ts';

type Watcher = (changes: readonly Elsewhere<StoredRecord>[]) => void;

export class Watchers {
  readonly #watchers = new Map<string, Set<Watcher>>();

  /** @returns what ends it */
  add<R extends StoredRecord>(
    { name }: CollectionSpec<R>,
    listener: (changes: readonly Elsewhere<R>[]) => void,
  ): () => void {
    const watchers = this.#watchers.get(name) ?? new Set();
    this.#watchers.set(name, watchers);
    // Sound because a collection has one declaration, which every record of it was made for.
    const watcher = listener as Watcher;
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }

  tell(name: string, changes: readonly Elsewhere<StoredRecord>[]): void {
    for (const watcher of this.#watchers.get(name) ?? []) watcher(changes);
  }
}
