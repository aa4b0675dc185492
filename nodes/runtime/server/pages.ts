/** Owns reading a list to its end, page after page; refuses answers that are no pages. */

import { ApiError } from '../../../src/protocol/api-error.ts';
import { isObject } from '../../../src/protocol/envelope.ts';

type Payload = Readonly<Record<string, unknown>>;

const ITEMS_PER_PAGE = 100;

/**
 * @param list asks for one page
 * @param query what else to ask for: `search`, `sortBy`, or another `itemsPerPage`
 * @returns each item once, though the list may change between two pages
 */
export async function allPages(list: (payload: Payload) => Promise<unknown>, query: Payload = {}): Promise<unknown[]> {
  const items = new Map<unknown, unknown>();
  for (let page = 1; ; page += 1) {
    const answer = await list({ search: null, sortBy: null, itemsPerPage: ITEMS_PER_PAGE, ...query, page });
    // Some lists come whole.
    if (Array.isArray(answer)) return answer;
    if (!isObject(answer) || !Array.isArray(answer['items'])) {
      throw new ApiError('upstream_failed', { message: 'The answer is not a list in pages' });
    }
    const before = items.size;
    for (const item of answer['items']) items.set(keyOf(item), item);
    const hasMore = items.size > before && items.size < Number(answer['total']);
    if (!hasMore) return [...items.values()];
  }
}

/** Those without an id are told apart by being different objects. */
function keyOf(item: unknown): unknown {
  return isObject(item) && item['id'] !== undefined ? item['id'] : item;
}
