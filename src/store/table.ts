/** Owns the durable records of one collection and their unique indexes. Takes changes only as a whole overlay. */

import type { CollectionSpec, ReadCollection, StoredRecord } from '../core/store.ts';
import type { Overlay } from './overlay.ts';

export class Table<R extends StoredRecord> implements ReadCollection<R> {
  readonly #records: Map<string, R>;
  readonly #indexes = new Map<string, Map<string, string>>();
  readonly #name: string;

  /** @throws Error when two records carry the same unique key */
  constructor(spec: CollectionSpec<R>, records: Map<string, R>) {
    this.#name = spec.name;
    this.#records = records;
    for (const [index, keyOf] of Object.entries(spec.unique)) this.#indexes.set(index, this.#index(index, keyOf));
  }

  get size(): number {
    return this.#records.size;
  }

  get(id: string): R | undefined {
    return this.#records.get(id);
  }

  by(index: string, key: string): R | undefined {
    const ids = this.#indexes.get(index);
    if (ids === undefined) throw new Error(`the collection ${this.#name} has no index ${index}`);
    const id = ids.get(key);
    return id === undefined ? undefined : this.#records.get(id);
  }

  values(): IterableIterator<R> {
    return this.#records.values();
  }

  absorb(overlay: Overlay<R>): void {
    for (const [id, { record, appended }] of overlay.entries) {
      if (record === undefined || appended) this.#records.delete(id);
      if (record !== undefined) this.#records.set(id, record);
    }
    for (const [index, keys] of overlay.keys) {
      for (const [key, id] of keys) {
        if (id === undefined) this.#indexes.get(index)?.delete(key);
        else this.#indexes.get(index)?.set(key, id);
      }
    }
  }

  #index(index: string, keyOf: (record: R) => string | undefined): Map<string, string> {
    const ids = new Map<string, string>();
    for (const record of this.#records.values()) {
      const key = keyOf(record);
      if (key === undefined) continue;
      const other = ids.get(key);
      if (other !== undefined) {
        throw new Error(`${this.#name}: the records ${other} and ${record.id} share one unique ${index}`);
      }
      ids.set(key, record.id);
    }
    return ids;
  }
}
