/** Owns the order of every owner's instances, by creation and then id, so that no request sorts: a page costs its rows. */

import type { InstanceRecord } from './instance-records.ts';

export interface InstanceQuery {
  /** Taken literally, in any case, anywhere in the user name; empty finds all (I-04). */
  readonly search: string;
  readonly offset: number;
  readonly limit: number;
  readonly descending: boolean;
}

interface InstanceIds {
  readonly ids: readonly string[];
  readonly total: number;
  /** Matches of the search, on all pages. */
  readonly filtered: number;
}

export interface InstanceIndex {
  add(record: InstanceRecord): void;
  remove(record: InstanceRecord): void;
  count(owner: string): number;
  idsOf(owner: string): readonly string[];
  find(owner: string, query: InstanceQuery): InstanceIds;
}

interface Entry {
  readonly createdAt: string;
  readonly id: string;
  /** In lower case. */
  readonly user: string;
}

export function createInstanceIndex(): InstanceIndex {
  const owners = new Map<string, Entry[]>();
  const entriesOf = (owner: string): Entry[] => owners.get(owner) ?? [];

  return {
    add(record) {
      const entries = entriesOf(record.owner);
      owners.set(record.owner, entries);
      const entry = entryOf(record);
      const place = placeOf(entries, entry);
      if (entries[place]?.id !== entry.id) entries.splice(place, 0, entry);
    },
    remove(record) {
      const entries = entriesOf(record.owner);
      const place = placeOf(entries, entryOf(record));
      if (entries[place]?.id === record.id) entries.splice(place, 1);
      if (entries.length === 0) owners.delete(record.owner);
    },
    count: (owner) => entriesOf(owner).length,
    idsOf: (owner) => entriesOf(owner).map(({ id }) => id),
    find(owner, { search, offset, limit, descending }) {
      const all = entriesOf(owner);
      const needle = search.toLowerCase();
      const found = needle === '' ? all : all.filter(({ user }) => user.includes(needle));
      const page = descending ? lastFirst(found, offset, limit) : found.slice(offset, offset + limit);
      return { ids: page.map(({ id }) => id), total: all.length, filtered: found.length };
    },
  };
}

function lastFirst(entries: readonly Entry[], offset: number, limit: number): Entry[] {
  const end = Math.max(0, entries.length - offset);
  return entries.slice(Math.max(0, end - limit), end).reverse();
}

function entryOf({ createdAt, id, user }: InstanceRecord): Entry {
  return { createdAt, id, user: user.toLowerCase() };
}

/** Where an entry is, or belongs. Moments of one length compare as texts. */
function placeOf(entries: readonly Entry[], { createdAt, id }: Entry): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle];
    const isBefore = entry && (entry.createdAt < createdAt || (entry.createdAt === createdAt && entry.id < id));
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}
