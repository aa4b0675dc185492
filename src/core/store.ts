/** Owns the port to durable state: named collections of immutable records, changed by atomic commits. */

/** What a collection holds is JSON; a record is never changed in place, only replaced. */
export interface StoredRecord {
  readonly id: string;
}

/** Declares a collection: its name in the file and the unique keys it can be looked up by. */
export interface CollectionSpec<R extends StoredRecord> {
  readonly name: string;
  /** Index name to the unique key of a record; undefined leaves the record out of the index. */
  readonly unique: Readonly<Record<string, (record: R) => string | undefined>>;
}

/** Reads what is durable. All synchronous: everything lives in memory. */
export interface ReadCollection<R extends StoredRecord> {
  readonly size: number;
  get(id: string): R | undefined;
  /** The record that carries `key` in the unique index `index`. */
  by(index: string, key: string): R | undefined;
  /** In order of insertion. */
  values(): IterableIterator<R>;
}

/** Reads see this transaction's own changes and those of commits still on their way to the disk. */
export interface WriteCollection<R extends StoredRecord> extends ReadCollection<R> {
  /** Inserts or replaces. @throws ApiError `already_exists` when a unique key belongs to another record */
  put(record: R): void;
  /** Absent ids are ignored. */
  delete(id: string): void;
}

export interface Transaction {
  collection<R extends StoredRecord>(spec: CollectionSpec<R>): WriteCollection<R>;
  /** 1, 2, 3, …: never handed out twice for one name, over restarts and deletions too. */
  nextId(name: string): number;
}

/** Throws where a change must not be made any more: whoever meant to make it has lost the right to in the meantime. */
export type Fence = (tx: Transaction) => void;

/** A record that another process has changed; both undefined only where it came and went at once. */
export interface Elsewhere<R extends StoredRecord> {
  readonly id: string;
  readonly before: R | undefined;
  readonly after: R | undefined;
}

export interface Store {
  collection<R extends StoredRecord>(spec: CollectionSpec<R>): ReadCollection<R>;
  /**
   * Runs `change` at once and atomically (it must be synchronous), and resolves with its result when the change is on disk.
   * If `change` throws, nothing happened. If the write fails, nothing happened and the error is `unavailable`.
   * Where other processes write too, `change` is run again whenever one of them was first: what it does outside of the transaction counts
   * for nothing; and what was `unavailable` may have happened, which every process sees then.
   */
  commit<T>(change: (tx: Transaction) => T): Promise<T>;
  /**
   * Hears of what other processes have changed in a collection, when all that they changed at once can be seen. A listener never throws.
   * @returns what ends it
   */
  watch<R extends StoredRecord>(
    spec: CollectionSpec<R>,
    listener: (changes: readonly Elsewhere<R>[]) => void,
  ): () => void;
  /** Null while writes succeed; else the reason why the store refuses them until a restart. */
  readonly fault: string | null;
  /** Why the last change did not get to the disk; null since one did. The next may well. */
  readonly trouble: string | null;
  close(): Promise<void>;
}
