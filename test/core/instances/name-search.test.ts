/** Pins the search in names against a look at each of them, whatever the list goes through. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createNameSearch } from '../../../src/core/instances/name-search.ts';

const name = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\\', 'é'), maxLength: 6 });
const needle = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\n'), minLength: 1, maxLength: 3 });
const step = fc.oneof(
  fc.record({ kind: fc.constant('append' as const), name }),
  fc.record({ kind: fc.constant('remove' as const), at: fc.nat(10) }),
  fc.record({ kind: fc.constant('find' as const), needle }),
);

it('finds every name that contains the text, and no text that lies across two names', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const list: string[] = [];
      const search = createNameSearch(() => list);
      for (const each of steps) {
        if (each.kind === 'append') {
          list.push(each.name);
          search.appended(each.name);
        } else if (each.kind === 'remove') {
          list.splice(each.at, 1);
          search.changed();
        } else {
          const expected = list.flatMap((one, place) => (one.includes(each.needle) ? [place] : []));
          expect(search.find(each.needle)).toEqual(expected);
        }
      }
    }),
  );
});
