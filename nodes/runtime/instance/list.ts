/** Owns reading the list of instances to its end, page after page; refuses answers that are no lists. */

import { isObject } from '../../../src/protocol/envelope.ts';
import { InstanceApiError } from './error.ts';

export interface ListQuery {
  /** Part of the user name of an instance. */
  readonly search?: string | undefined;
  readonly offset?: number | undefined;
  readonly limit?: number | undefined;
  /** By creation. */
  readonly order?: 'asc' | 'desc' | undefined;
  /** Only these keys, where the server knows that; otherwise all. */
  readonly fields?: readonly string[] | undefined;
}

type Item = Readonly<Record<string, unknown>>;

const ROWS_PER_PAGE = 100;

export function listPath({ search, offset, limit, order, fields }: ListQuery): string {
  const query = new URLSearchParams();
  if (search) query.set('search_value', search);
  if (offset !== undefined) query.set('offset', String(offset));
  if (limit !== undefined) query.set('limit', String(limit));
  if (order !== undefined) query.set('order_dir', order);
  if (fields !== undefined) query.set('fields', fields.join(','));
  return query.size === 0 ? '/mqtt' : `/mqtt?${query}`;
}

/**
 * @param list asks for the page at a path
 * @returns each instance once, though the list may change between two pages
 */
export async function allInstances(list: (path: string) => Promise<unknown>, query: ListQuery): Promise<Item[]> {
  const found = new Map<unknown, Item>();
  for (let offset = 0; ; ) {
    const answer = await list(listPath({ ...query, offset, limit: ROWS_PER_PAGE }));
    if (!isObject(answer) || !Array.isArray(answer['mqtts'])) {
      throw new InstanceApiError(502, 'The answer is not a list of MQTT instances');
    }
    const rows = answer['mqtts'].filter(isObject);
    const before = found.size;
    for (const row of rows) found.set(row['_id'], row);
    offset += rows.length;
    // Not `recordsFiltered`: the original's sample has the rows of the page there (contract 2.2).
    if (found.size === before || offset >= Number(answer['recordsTotal'])) return [...found.values()];
  }
}
