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

export interface Store {
  collection<R extends StoredRecord>(spec: CollectionSpec<R>): ReadCollection<R>;
  /**
   * Runs `change` at once and atomically (it must be synchronous), and resolves with its result when the change is on disk.
   * If `change` throws, nothing happened. If the write fails, nothing happened and the error is `unavailable`.
   */
  commit<T>(change: (tx: Transaction) => T): Promise<T>;
  /** Null while writes succeed; else the reason why the store refuses them until a restart. */
  readonly fault: string | null;
  /** Why the last change did not get to the disk; null since one did. The next may well. */
  readonly trouble: string | null;
  close(): Promise<void>;
}
