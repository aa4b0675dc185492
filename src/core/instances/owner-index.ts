/** Owns the order of every owner's instances, by creation and then id, so that no request sorts: a page costs its rows. */

import { createNameSearch, type NameSearch } from './name-search.ts';
import type { InstanceRecord } from './records.ts';

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

interface Owned {
  readonly entries: Entry[];
  readonly names: NameSearch;
}

const NOTHING: InstanceIds = { ids: [], total: 0, filtered: 0 };

export function createInstanceIndex(): InstanceIndex {
  const owners = new Map<string, Owned>();

  return {
    add(record) {
      const owned = owners.get(record.owner) ?? nothingOwned();
      owners.set(record.owner, owned);
      const { entries, names } = owned;
      const entry = entryOf(record);
      const place = placeOf(entries, entry);
      if (entries[place]?.id === entry.id) return;
      entries.splice(place, 0, entry);
      if (place === entries.length - 1) names.appended(entry.user);
      else names.changed();
    },
    remove(record) {
      const owned = owners.get(record.owner);
      if (!owned) return;
      const { entries, names } = owned;
      const place = placeOf(entries, entryOf(record));
      if (entries[place]?.id !== record.id) return;
      entries.splice(place, 1);
      names.changed();
      if (entries.length === 0) owners.delete(record.owner);
    },
    count: (owner) => owners.get(owner)?.entries.length ?? 0,
    idsOf: (owner) => owners.get(owner)?.entries.map(({ id }) => id) ?? [],
    find(owner, { search, ...query }) {
      const owned = owners.get(owner);
      if (!owned) return NOTHING;
      const { entries, names } = owned;
      const needle = search.toLowerCase();
      const places = needle === '' ? undefined : names.find(needle);
      const filtered = places?.length ?? entries.length;
      const ids = pagePlaces(filtered, query).map((at) => entries[places ? (places[at] ?? at) : at]?.id ?? '');
      return { ids, total: entries.length, filtered };
    },
  };
}

function nothingOwned(): Owned {
  const entries: Entry[] = [];
  return { entries, names: createNameSearch(() => entries.map(({ user }) => user)) };
}

/** Positions of a page's rows among those that were found. */
function pagePlaces(filtered: number, { offset, limit, descending }: Omit<InstanceQuery, 'search'>): number[] {
  const length = Math.max(0, Math.min(limit, filtered - offset));
  return Array.from({ length }, (_, row) => (descending ? filtered - 1 - offset - row : offset + row));
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
