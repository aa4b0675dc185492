/** Owns the port to the log under a store: batches of changes in one order, the same for every store upon it. */

import type { StoreData } from './store-data.ts';

export interface Entry {
  /** Later ones have higher numbers. */
  readonly position: number;
  /** A list of changes as JSON. */
  readonly batch: string;
}

export interface Opened {
  readonly data: StoreData;
  /** Of the last entry that is in `data`. */
  readonly position: number;
}

export interface CommitLog {
  /** Where it lies, for the words of an error. */
  readonly where: string;
  /** Everything that is there. */
  read(): Promise<Opened>;
  /** Hears of every entry behind `position`, in order, with those that one appends oneself. @returns what ends it */
  follow(position: number, hear: (entry: Entry) => void): () => void;
  /**
   * Appends a batch behind the entry at `position`, and resolves with its own position when it is durable.
   * @throws Overtaken when another entry is there already; whoever follows has heard of it by then
   * @throws ApiError `unavailable`
   */
  append(batch: string, position: number): Promise<number>;
  /** A store shows everything up to `position`, for a moment: an occasion to write it down whole. */
  shown(data: StoreData, position: number): void;
  /** Null while appending succeeds; else the reason why it is refused until a restart. */
  readonly fault: string | null;
  /** Leaves in good order what `data` shows. */
  close(data: StoreData): Promise<void>;
}

/** Another store was first. */
export class Overtaken extends Error {
  constructor() {
    super('another store was first');
    this.name = 'Overtaken';
  }
}
