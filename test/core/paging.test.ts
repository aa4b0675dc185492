/** Pins lists: defaults, bounds, search and order (contract 2.5, N-20, N-21). */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listPage } from '../../src/core/paging.ts';

const rows = Array.from({ length: 25 }, (_, index) => ({
  id: index + 1,
  name: `Cam ${String.fromCharCode(97 + (index % 5))}`,
}));
const list = (payload?: Record<string, unknown>) =>
  listPage(payload, { rows, id: ({ id }) => id, searched: ({ name }) => [name], present: (row) => row });

describe('a list', () => {
  it('without payload gives the first ten, newest first, and echoes the defaults in order', () => {
    const page = list();
    expect(Object.keys(page)).toEqual(['search', 'page', 'itemsPerPage', 'sortBy', 'total', 'items']);
    expect(page).toMatchObject({ search: null, page: 1, itemsPerPage: 10, sortBy: null, total: 25 });
    expect(page.items.map(({ id }) => id)).toEqual([25, 24, 23, 22, 21, 20, 19, 18, 17, 16]);
  });

  it.each([
    [{ page: '2', itemsPerPage: '5' }, 2, 5],
    [{ page: 0, itemsPerPage: -3 }, 1, 1],
    [{ page: 'x', itemsPerPage: null }, 1, 10],
    [{ itemsPerPage: 100_000 }, 1, 1000],
    [{ page: {}, itemsPerPage: [] }, 1, 10],
    [{ page: [2], itemsPerPage: [3] }, 1, 10],
  ])('%j is used as page %i of %i', (payload, page, itemsPerPage) => {
    expect(list(payload)).toMatchObject({ page, itemsPerPage });
  });

  it('searches without case and takes the text literally', () => {
    expect(list({ search: 'CAM A' }).total).toBe(5);
    expect(list({ search: '%' }).total).toBe(0);
    expect(list({ search: '.*' }).total).toBe(0);
  });

  it('sorts by a key, ascending or with - descending, ties by id; an unknown key is ignored', () => {
    expect(
      list({ sortBy: 'name' })
        .items.slice(0, 3)
        .map(({ id }) => id),
    ).toEqual([1, 6, 11]);
    expect(
      list({ sortBy: '-name' })
        .items.slice(0, 3)
        .map(({ id }) => id),
    ).toEqual([5, 10, 15]);
    expect(list({ sortBy: 'id' }).items[0]?.id).toBe(1);
    expect(list({ sortBy: '-id' }).items[0]?.id).toBe(25);
    expect(list({ sortBy: 'nonsense' }).items[0]?.id).toBe(25);
  });

  it('searches for a number as for its text, in any of the texts of a row, and for nothing in all rows', () => {
    const numbered = { rows: [...rows, { id: 26, name: '' }], id: ({ id }: { id: number }) => id };
    const searched = ({ id, name }: (typeof rows)[number]) => (name === '' ? [] : [name, `no. ${id}`]);
    const found = (search: unknown) => listPage({ search }, { ...numbered, searched, present: (row) => row }).total;
    expect([found(25), found('no. 1'), found('CAM B'), found(''), found(null), found({})]).toEqual([
      1, 11, 5, 26, 26, 26,
    ]);
  });

  it("sorts by the form in which NestMTX's own page sends it, too", () => {
    const first = (sortBy: unknown) => list({ sortBy }).items[0]?.id;
    expect(first([{ key: 'name', order: 'asc' }])).toBe(1);
    expect(first([{ key: 'name', order: 'desc' }])).toBe(5);
    expect(first([{ key: 'name' }])).toBe(1);
    expect([[], [{}], [{ key: 7 }], ['name'], {}, 7].map(first)).toEqual([25, 25, 25, 25, 25, 25]);
  });

  it('sorts numbers before texts, truth values as numbers, and what has no value last', () => {
    const values = ['b', undefined, 2, true, 'a', {}, false, 10, null];
    const mixed = values.map((value, id) => ({ id, 'a-value': value }));
    const sorted = (sortBy: string) =>
      listPage({ sortBy }, { rows: mixed, id: ({ id }) => id, searched: () => [], present: (row) => row }).items.map(
        (row) => row['a-value'],
      );
    expect(sorted('a-value')).toEqual([false, true, 2, 10, 'a', 'b', undefined, {}, null]);
    expect(sorted('-a-value').slice(-6)).toEqual(['b', 'a', 10, 2, true, false]);
    expect(sorted('toString')).toEqual([...values].reverse());
  });

  it('presents no more rows than its page has, unless it sorts by what is presented', () => {
    let presented = 0;
    const present = (row: (typeof rows)[number]) => {
      presented += 1;
      return row;
    };
    const counted = (payload: Record<string, unknown>) => {
      presented = 0;
      listPage(payload, { rows, id: ({ id }) => id, searched: () => [], present });
      return presented;
    };
    expect([counted({}), counted({ sortBy: 'id' }), counted({ sortBy: '-id' }), counted({ sortBy: 'name' })]).toEqual([
      10, 10, 10, 25,
    ]);
  });

  it('echoes other keys as sent, but no secret', () => {
    expect(list({ note: 'x', password: 'p' })).toMatchObject({ note: 'x', password: '[redacted]' });
    expect(list({ search: 'rtsp://camera:p@10.0.0.5/' })).toMatchObject({ search: 'rtsp://[redacted]@10.0.0.5/' });
  });

  it('the pages together hold every row exactly once, whatever the page size and order', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom(null, 'id', '-id', 'name', '-name'),
        (itemsPerPage, sortBy) => {
          const ids: number[] = [];
          for (let page = 1; page <= Math.ceil(25 / itemsPerPage); page += 1) {
            ids.push(...list({ page, itemsPerPage, sortBy }).items.map(({ id }) => id));
          }
          expect([...ids].sort((a, b) => a - b)).toEqual(rows.map(({ id }) => id));
        },
      ),
    );
  });
});
