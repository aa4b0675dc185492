/** Owns a shelf in memory, as one broker sees it: what is put is there at once. */

import { subjectOf } from '../../../src/cluster/exchange/subjects.ts';
import { type Kept, type Key, NeverStored, type Shelf, type Terms } from '../../../src/core/cluster/shelf.ts';

interface MemoryShelf extends Shelf {
  putNow(key: Key, bytes: Uint8Array, mark: string, terms: Terms): Put;
  lastNow(key: Key): Kept | undefined;
  readNow(below: Key): Kept[];
  removeNow(position: number): boolean;
  purgeNow(below: Key, before?: number): number;
  /** What was taken away is not recognised when it is put again. */
  forgetMarks(): void;
}

interface Put {
  readonly position: number | 'overtaken';
  /** Absent where it was there before. */
  readonly kept?: Kept;
}

/** As a NATS server that was told nothing else. */
const MOST_BYTES = 1024 * 1024;
const LONGEST_SUBJECT = 4000;

/** @param perKey what stays of each key */
export function memoryShelf(perKey: 'newest' | 'all' = 'all', mostBytes = MOST_BYTES): MemoryShelf {
  let last = 0;
  let all: Kept[] = [];
  const marks = new Map<string, number>();
  const isBelow = (below: Key) => (kept: Kept) => below.every((part, at) => kept.key[at] === part);
  const isAt = (key: Key) => (kept: Kept) => kept.key.length === key.length && isBelow(key)(kept);
  const lastNow = (key: Key) => all.findLast(isAt(key));

  function putNow(key: Key, bytes: Uint8Array, mark: string, { behind }: Terms): Put {
    if (bytes.length > mostBytes) throw new NeverStored(`${bytes.length} bytes were to be put`);
    // It ends the connection, whatever is said over it.
    if (subjectOf(...key).length > LONGEST_SUBJECT) throw new Error('the subject is too long');
    const known = marks.get(mark);
    if (known !== undefined) return { position: known };
    const previous = lastNow(key)?.position ?? 0;
    if (behind !== undefined && previous !== behind) return { position: 'overtaken' };
    last += 1;
    marks.set(mark, last);
    const kept = { key, bytes, mark, position: last };
    if (perKey === 'newest') all = all.filter((one) => !isAt(key)(one));
    all.push(kept);
    return { position: last, kept: { ...kept, previous } };
  }

  function removeNow(position: number): boolean {
    const before = all.length;
    all = all.filter((kept) => kept.position !== position);
    return all.length < before;
  }

  function purgeNow(below: Key, until = Number.POSITIVE_INFINITY): number {
    const before = all.length;
    all = all.filter((kept) => !isBelow(below)(kept) || kept.position >= until);
    return before - all.length;
  }

  const readNow = (below: Key) => all.filter(isBelow(below));
  return {
    mostBytes,
    putNow,
    lastNow,
    readNow,
    removeNow,
    purgeNow,
    forgetMarks() {
      marks.clear();
      for (const { mark, position } of all) marks.set(mark, position);
    },
    put: async (key, bytes, mark, terms = {}) => putNow(key, bytes, mark, terms).position,
    last: async (key) => lastNow(key),
    newest: async (below) => readNow(below).at(-1)?.position ?? 0,
    read: async (below) => readNow(below),
    readAt: async (key) => all.filter(isAt(key)),
    follow: async () => () => undefined,
    watch: () => () => undefined,
    remove: async (position) => removeNow(position),
    purge: async (below, before) => purgeNow(below, before),
  };
}
