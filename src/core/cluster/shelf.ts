/** Owns the port to what the bridges of a cluster keep together: bytes under keys, with the account they belong to first in each key. */

export interface Shelf {
  /** A larger value it never takes. */
  readonly mostBytes: number;
  /**
   * Resolves when a majority has it on disk, with its position: what is put later stands further on.
   * @param mark given to nothing else: put again under it, it is there once
   * @throws ApiError `unavailable` after ten seconds, and NeverStored at once
   */
  put(key: Key, bytes: Uint8Array, mark: string, terms?: Terms): Promise<number | 'full' | 'overtaken'>;
  /** The newest under a key, whoever has put it. */
  last(key: Key): Promise<Kept | undefined>;
  /** Where the newest stands of all that is below a key; 0 where there is none. */
  newest(below: Key): Promise<number>;
  /** All that is there below a key, in the order of positions; of all where that is empty. */
  read(below: Key): Promise<Kept[]>;
  /** All that is there under this key alone. */
  readAt(key: Key): Promise<Kept[]>;
  /**
   * Tells all that is there and then, in the order of positions, all that is put, also by this bridge. Resolves when the first is told.
   * After a loss of the connection all is told again, and `again` called before that: what is not told is there no more.
   * @param doubt whether something may be there that is not told: from a loss until all is, which may be before `again`
   */
  follow(
    below: Key,
    tell: (kept: Kept) => void,
    again: () => void,
    doubt?: (isInDoubt: boolean) => void,
  ): Promise<() => void>;
  /** Tells what is put from now on, and `again` after a loss of the connection: something may have been missed then. */
  watch(below: Key, tell: (kept: Kept) => void, again: () => void): () => void;
  /** Removes one. @returns false when it was not there any more */
  remove(position: number): Promise<boolean>;
  /** Removes all below a key, or what stands under it before a position. @returns how many there were */
  purge(below: Key, before?: number): Promise<number>;
}

/** What was to be put is refused for itself: it would be again, however well the cluster is. */
export class NeverStored extends Error {}

export interface Terms {
  /** After which it is there no more; absent: it stays. */
  readonly lifetimeSeconds?: number | undefined;
  /** Only where the newest under this key stands there, 0: where there is none; else somebody else was first. Absent: in any case. */
  readonly behind?: number | undefined;
}

export type Key = readonly string[];

export interface Kept {
  readonly key: Key;
  readonly position: number;
  readonly mark: string;
  /** Empty: what was there is there no more. */
  readonly bytes: Uint8Array;
  /** Where the newest under this key stood when it was put, 0: there was none. Of what is told: who does not know that one has missed something. */
  readonly previous?: number | undefined;
}
