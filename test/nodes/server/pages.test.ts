import { describe, expect, it } from 'vitest';
import { allPages } from '../../../nodes/runtime/server/pages.ts';

type Query = Readonly<Record<string, unknown>>;

/** A list as the wire has it. */
function listOf(rows: readonly unknown[], asked: Query[] = []) {
  return async (query: Query) => {
    asked.push(query);
    const { page, itemsPerPage } = query;
    const start = (Number(page) - 1) * Number(itemsPerPage);
    return { ...query, total: rows.length, items: rows.slice(start, start + Number(itemsPerPage)) };
  };
}

const rows = Array.from({ length: 250 }, (_, id) => ({ id }));

describe('all pages of a list', () => {
  it('are read with as few requests as it takes, and every query goes along', async () => {
    const asked: Query[] = [];
    expect(await allPages(listOf(rows, asked), { search: 'x' })).toEqual(rows);
    expect(asked.map(({ page, search }) => [page, search])).toEqual([1, 2, 3].map((page) => [page, 'x']));
  });

  it('hold each item once, though one was added at the front meanwhile', async () => {
    const shifting = [...rows];
    const list = listOf(shifting);
    const found = await allPages(async (query) => {
      if (query['page'] === 2) shifting.unshift({ id: 999 });
      return list(query);
    });
    expect(new Set(found).size).toBe(found.length);
    expect(found).toEqual(expect.arrayContaining(rows));
  });

  it('end, whatever the server says there are', async () => {
    const endless = async () => ({ total: 1000, items: [{ id: 1 }] });
    expect(await allPages(endless)).toEqual([{ id: 1 }]);
    expect(await allPages(async () => ({ items: [{ id: 1 }] }))).toEqual([{ id: 1 }]);
    expect(await allPages(async () => ['a', 'b'])).toEqual(['a', 'b']);
  });

  it('are refused where the answer has none', async () => {
    await expect(allPages(async () => ({ healthy: true }))).rejects.toMatchObject({ code: 'upstream_failed' });
  });
});
