/** Owns the form of a list that comes in pages, and what a request may say about it (contract 2.5, N-20, N-21). */

/** Modules whose list comes in pages. */
export const PAGED: readonly string[] = ['cameras', 'clients', 'credentials', 'cronjobs', 'instances', 'users'];

export const MAX_ITEMS_PER_PAGE = 1000;

const keys = {
  search: { type: ['string', 'null'], description: 'Lists only what contains this text' },
  page: { type: 'integer', minimum: 1, default: 1 },
  itemsPerPage: { type: 'integer', minimum: 1, maximum: MAX_ITEMS_PER_PAGE, default: 10 },
  sortBy: {
    type: ['string', 'null'],
    description:
      'Key of the items to sort by, `-key` for descending, or `[{key, order}]`; the default is by id, descending',
  },
} as const;

/** What is worth sending. Nothing in the payload of a list is ever refused: what cannot be used has its default. */
export const PAGE_QUERY = { title: 'PageQuery', type: 'object', properties: keys } as const;

interface Titled {
  readonly title: string;
}

/** The schema of a page of `item`. The query is echoed in it, unknown keys too. */
export function pageOf<Item extends Titled>(item: Item) {
  return {
    title: `${item.title}Page`,
    type: 'object',
    properties: {
      ...keys,
      total: { type: 'integer', minimum: 0, description: 'How many there are on all pages' },
      items: { type: 'array', items: item },
    },
    required: [...Object.keys(keys), 'total', 'items'],
  } as const;
}
