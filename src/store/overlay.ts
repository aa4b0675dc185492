/** Owns the changes that a transaction, or a batch of them, makes to one collection, and shows the collection as changed. */

import type { CollectionSpec, ReadCollection, StoredRecord, WriteCollection } from '../core/store.ts';
import { ApiError } from '../protocol/api-error.ts';
import { custom } from '../protocol/violation.ts';
import type { Change } from './journal/line.ts';

interface Entry<R> {
  /** Undefined: deleted. */
  readonly record: R | undefined;
  /** Comes last in the order of insertion, even where an older record had the same id. */
  readonly appended: boolean;
}

export class Overlay<R extends StoredRecord> implements WriteCollection<R> {
  readonly entries = new Map<string, Entry<R>>();
  /** Index to key to the id that carries it now; undefined where nobody does any longer. */
  readonly keys = new Map<string, Map<string, string | undefined>>();
  readonly #spec: CollectionSpec<R>;
  #below: ReadCollection<R>;
  #growth = 0;
  #sealed = false;

  constructor(spec: CollectionSpec<R>, below: ReadCollection<R>) {
    this.#spec = spec;
    this.#below = below;
    for (const index of Object.keys(spec.unique)) this.keys.set(index, new Map());
  }

  get size(): number {
    return this.#below.size + this.#growth;
  }

  get(id: string): R | undefined {
    const entry = this.entries.get(id);
    return entry === undefined ? this.#below.get(id) : entry.record;
  }

  by(index: string, key: string): R | undefined {
    const keys = this.keys.get(index);
    if (!keys?.has(key)) return this.#below.by(index, key);
    const id = keys.get(key);
    return id === undefined ? undefined : this.get(id);
  }

  *values(): IterableIterator<R> {
    for (const record of this.#below.values()) {
      const entry = this.entries.get(record.id);
      if (entry === undefined) yield record;
      else if (entry.record !== undefined && !entry.appended) yield entry.record;
    }
    for (const { record, appended } of this.entries.values()) {
      if (record !== undefined && appended) yield record;
    }
  }

  put(given: R): void {
    this.#mustBeOpen();
    // A copy through JSON: readers see now what they would see after a restart, whatever the caller does to its object.
    const record: R = JSON.parse(JSON.stringify(given));
    for (const [index, keyOf] of Object.entries(this.#spec.unique)) {
      const key = keyOf(record);
      const holder = key === undefined ? undefined : this.by(index, key);
      if (holder !== undefined && holder.id !== record.id) throw alreadyExists(index);
    }
    const before = this.get(record.id);
    if (before === undefined) {
      this.#growth += 1;
      this.entries.delete(record.id);
      this.entries.set(record.id, { record, appended: true });
    } else {
      this.#moveKeys(before, undefined);
      this.entries.set(record.id, { record, appended: this.entries.get(record.id)?.appended ?? false });
    }
    this.#moveKeys(record, record.id);
  }

  delete(id: string): void {
    this.#mustBeOpen();
    const before = this.get(id);
    if (before === undefined) return;
    this.#growth -= 1;
    this.#moveKeys(before, undefined);
    this.entries.set(id, { record: undefined, appended: false });
  }

  /** Ends the transaction for whoever kept a reference. */
  seal(): void {
    this.#sealed = true;
  }

  /** The same changes in the words of the journal; replayed in this order they give the same order of insertion. */
  *changes(): Generator<Change> {
    for (const [id, { record, appended }] of this.entries) {
      if (record === undefined || (appended && this.#below.get(id) !== undefined)) yield [this.#spec.name, id];
      if (record !== undefined) yield [this.#spec.name, id, record];
    }
  }

  /** Adds the changes of an overlay that lies on this one. */
  absorb(above: Overlay<R>): void {
    for (const [id, { record, appended }] of above.entries) {
      const wasAppended = this.entries.get(id)?.appended ?? false;
      if (appended) this.entries.delete(id);
      this.entries.set(id, { record, appended: appended || (wasAppended && record !== undefined) });
    }
    for (const [index, keys] of above.keys) {
      for (const [key, id] of keys) this.keys.get(index)?.set(key, id);
    }
    this.#growth += above.#growth;
  }

  /** What was below has been absorbed by `below`. */
  rebase(below: ReadCollection<R>): void {
    this.#below = below;
  }

  #mustBeOpen(): void {
    if (this.#sealed) throw new Error('the transaction has ended');
  }

  #moveKeys(record: R, to: string | undefined): void {
    for (const [index, keyOf] of Object.entries(this.#spec.unique)) {
      const key = keyOf(record);
      if (key !== undefined) this.keys.get(index)?.set(key, to);
    }
  }
}

// Names the field only: a unique key may be a secret, e.g. the digest of a token.
function alreadyExists(field: string): ApiError {
  return new ApiError('already_exists', { details: [custom([field], 'any.unique', 'must be unique', undefined)] });
}
