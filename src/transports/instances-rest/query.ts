/** Owns the reading of the instance API's query parameters: nothing in them is ever an error (I-02 to I-05). */

import type { Request } from 'express';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

export interface ListParameters {
  readonly search: string;
  readonly offset: number;
  readonly limit: number;
  readonly descending: boolean;
  readonly draw: string | undefined;
}

export function listParameters(query: Request['query']): ListParameters {
  return {
    search: lastText(query, 'search_value') ?? '',
    offset: offsetOf(lastText(query, 'offset')),
    limit: limitOf(lastText(query, 'limit')),
    descending: lastText(query, 'order_dir')?.toLowerCase() === 'desc',
    draw: lastText(query, 'draw'),
  };
}

/** The keys that `?fields=` names; undefined when it names none. */
export function chosenFields(query: Request['query']): string[] | undefined {
  const fields = lastText(query, 'fields') ?? '';
  return fields === '' ? undefined : fields.split(',').map((field) => field.trim());
}

/** A repeated parameter collapses to its last text. */
export function lastText(query: Request['query'], name: string): string | undefined {
  const value: unknown = Object.hasOwn(query, name) ? query[name] : undefined;
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  return typeof last === 'string' ? last : undefined;
}

/** RFC 8288. Undefined for a page without rows, which has no neighbours. */
export function pageLinks(request: Request, { offset, limit }: ListParameters, filtered: number): string | undefined {
  if (limit === 0) return undefined;
  const lastOffset = Math.max(0, Math.ceil(filtered / limit) - 1) * limit;
  const offsets: [string, number][] = [['first', 0]];
  if (offset > 0) offsets.push(['prev', Math.max(0, offset - limit)]);
  if (offset + limit < filtered) offsets.push(['next', offset + limit]);
  offsets.push(['last', lastOffset]);
  return offsets.map(([relation, start]) => `<${pageAddress(request, start, limit)}>; rel="${relation}"`).join(', ');
}

function pageAddress({ originalUrl }: Request, offset: number, limit: number): string {
  const { pathname, searchParams } = new URL(originalUrl, 'http://localhost');
  searchParams.set('offset', String(offset));
  searchParams.set('limit', String(limit));
  return `${pathname}?${searchParams}`;
}

function offsetOf(text: string | undefined): number {
  const offset = /^\d+$/.test(text ?? '') ? Number(text) : 0;
  return Number.isSafeInteger(offset) ? offset : Number.MAX_SAFE_INTEGER;
}

function limitOf(text: string | undefined): number {
  if (text === '-1') return MAX_LIMIT;
  return /^\d+$/.test(text ?? '') ? Math.min(Number(text), MAX_LIMIT) : DEFAULT_LIMIT;
}
