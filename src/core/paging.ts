/** Owns lists: search, order and pages, with the defaults and bounds of the contract (2.5, N-20, N-21). */

import { MAX_ITEMS_PER_PAGE } from '../protocol/entities/page.ts';
import { isObject, type JsonObject } from '../protocol/envelope.ts';
import { redact } from './redaction.ts';

export interface Page<T> extends JsonObject {
  readonly page: number;
  readonly itemsPerPage: number;
  /** Matches of the search, on all pages. */
  readonly total: number;
  readonly items: readonly T[];
}

interface Listing<R, T extends object> {
  /** In their natural order; they are listed by id, descending, unless the request sorts. */
  readonly rows: Iterable<R>;
  readonly id: (row: R) => number;
  /** The texts a search looks into. */
  readonly searched: (row: R) => readonly string[];
  readonly present: (row: R) => T;
}

/** Answers a `list` request; the payload is echoed, `page` and `itemsPerPage` as they were used. */
export function listPage<R, T extends object>(payload: JsonObject | undefined, listing: Listing<R, T>): Page<T> {
  const asked = { search: null, page: 1, itemsPerPage: 10, sortBy: null, ...payload };
  const page = positive(asked.page, 1);
  const itemsPerPage = Math.min(positive(asked.itemsPerPage, 10), MAX_ITEMS_PER_PAGE);
  const found = matching(listing, asked.search).sort((a, b) => listing.id(b) - listing.id(a));
  const start = (page - 1) * itemsPerPage;
  const items = sorted(found, asked.sortBy, listing, start, itemsPerPage);
  return { ...withoutSecrets(asked), page, itemsPerPage, total: found.length, items };
}

function matching<R, T extends object>({ rows, searched }: Listing<R, T>, search: unknown): R[] {
  const needle = typeof search === 'string' || typeof search === 'number' ? String(search).toLowerCase() : '';
  const all = [...rows];
  return needle === '' ? all : all.filter((row) => searched(row).some((text) => text.toLowerCase().includes(needle)));
}

function sorted<R, T extends object>(
  found: R[],
  sortBy: unknown,
  listing: Listing<R, T>,
  start: number,
  count: number,
): T[] {
  const { key, descending } = orderOf(sortBy);
  if (key === '' || key === 'id') {
    const ordered = key === 'id' && !descending ? found.reverse() : found;
    return ordered.slice(start, start + count).map(listing.present);
  }
  const keyed = found.map((row) => {
    const item = listing.present(row);
    return { item, id: listing.id(row), value: scalar(item, key) };
  });
  if (keyed.some(({ value }) => value !== undefined)) {
    keyed.sort((a, b) => compare(a.value, b.value) * (descending ? -1 : 1) || a.id - b.id);
  }
  return keyed.slice(start, start + count).map(({ item }) => item);
}

/** A key, `-key`, or the form in which NestMTX's own page sends it: `[{key, order}]`. */
function orderOf(sortBy: unknown): { readonly key: string; readonly descending: boolean } {
  if (typeof sortBy === 'string') return { key: sortBy.replace(/^-/, ''), descending: sortBy.startsWith('-') };
  const first: unknown = Array.isArray(sortBy) ? sortBy[0] : undefined;
  const { key, order } = isObject(first) ? first : {};
  return { key: typeof key === 'string' ? key : '', descending: order === 'desc' };
}

function scalar(item: object, key: string): string | number | undefined {
  const value: unknown = Reflect.get(item, key);
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

/** Numbers before texts, and what has no value last. */
function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  if (typeof a === typeof b) return a < b ? -1 : 1;
  return typeof a === 'number' ? -1 : 1;
}

/** Upstream reads numbers as parseInt does, from strings too. */
function positive(value: unknown, fallback: number): number {
  const number =
    typeof value === 'number' || typeof value === 'string' ? Number.parseInt(String(value), 10) : Number.NaN;
  return Number.isSafeInteger(number) ? Math.max(1, number) : fallback;
}

/** Whoever searches for an address may have a password in it. */
function withoutSecrets(payload: JsonObject): JsonObject {
  const shown = redact(payload);
  return isObject(shown) ? shown : {};
}
