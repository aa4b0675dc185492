/** Pins the order and the pages of instances against a list that is sorted and filtered anew each time. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createInstanceIndex, type InstanceQuery } from '../../../src/core/instances/owner-index.ts';
import type { InstanceRecord } from '../../../src/core/instances/records.ts';

const record = fc
  .record({
    id: fc.integer({ min: 0, max: 30 }),
    owner: fc.constantFrom('anna', 'bert'),
    user: fc.stringMatching(/^[AaBb.*]{3}$/),
  })
  // An instance keeps what it was made with.
  .map(({ id, owner, user }): InstanceRecord => {
    const createdAt = new Date(Date.UTC(2026, 0, 1) + Math.floor(id / 3)).toISOString();
    return { ...BLANK, id: `${owner}${id}`, owner, user, createdAt };
  });

const query = fc.record({
  search: fc.constantFrom('', 'a', 'AB', '.*', 'bb'),
  // Most pages have several rows, some have none.
  offset: fc.oneof(fc.nat(2), fc.nat(40)),
  limit: fc.oneof(fc.nat(6), fc.nat(40)),
  descending: fc.boolean(),
});

it('shows the same pages and counts as sorting and filtering would, whatever came and went', () => {
  fc.assert(
    fc.property(fc.array(record), fc.array(fc.nat(60)), query, (added, removed, asked) => {
      const index = createInstanceIndex();
      const present = new Map<string, InstanceRecord>();
      for (const each of added) {
        if (present.has(each.id)) continue;
        index.add(each);
        // Twice is once.
        index.add(each);
        present.set(each.id, each);
        // A search remembers names: what comes afterwards must not be missing in the next one.
        const own = [...present.values()].filter(({ owner }) => owner === each.owner);
        expect(index.find(each.owner, asked)).toEqual(slowly(own, asked));
      }
      for (const at of removed) {
        const each = [...present.values()][at];
        if (!each) continue;
        index.remove(each);
        index.remove(each);
        present.delete(each.id);
      }
      for (const owner of ['anna', 'bert']) {
        const own = [...present.values()].filter((each) => each.owner === owner);
        expect(index.find(owner, asked)).toEqual(slowly(own, asked));
        expect(index.count(owner)).toBe(own.length);
      }
    }),
  );
});

it('knows nothing of whoever has none, or has none any more', () => {
  const index = createInstanceIndex();
  const asked = { search: '', offset: 0, limit: 10, descending: false };
  const one = { ...BLANK, id: 'i1', owner: 'anna' };
  const nothing = [[], 0, { ids: [], total: 0, filtered: 0 }];
  const seen = () => [index.idsOf('anna'), index.count('anna'), index.find('anna', asked)];
  expect(seen()).toEqual(nothing);
  index.remove(one);
  index.add(one);
  expect(seen()).toEqual([['i1'], 1, { ids: ['i1'], total: 1, filtered: 1 }]);
  index.remove(one);
  expect(seen()).toEqual(nothing);
});

function slowly(own: InstanceRecord[], { search, offset, limit, descending }: InstanceQuery) {
  const key = ({ createdAt, id }: InstanceRecord) => createdAt + id;
  const sorted = own.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  if (descending) sorted.reverse();
  const found = sorted.filter(({ user }) => user.toLowerCase().includes(search.toLowerCase()));
  const ids = found.slice(offset, offset + limit).map(({ id }) => id);
  return { ids, total: own.length, filtered: found.length };
}

const BLANK: InstanceRecord = {
  id: '',
  owner: '',
  user: '',
  sealedPassword: '',
  verifier: '',
  former: null,
  status: 'active',
  createdAt: '',
  generation: 1,
  label: null,
  enabled: true,
  expiresAt: null,
  revision: 1,
};
