/** Pins the quick test of a name against many filters: it says what MQTT's rules say of each. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { selectorOfTopics } from '../../src/brokers/topic-selector.ts';
import { isTopicFilter, matches } from '../../src/protocol/topic-match.ts';

const level = fc.constantFrom('', 'a', 'ab', '$a');
const name = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const filter = fc
  .array(fc.oneof(level, fc.constantFrom('+', '#')), { minLength: 1, maxLength: 4 })
  .map((levels) => levels.join('/'))
  .filter(isTopicFilter);

it('one of many filters selects a name when one of them does by itself', () => {
  fc.assert(
    fc.property(fc.array(filter, { maxLength: 3 }), name, (filters, topic) => {
      fc.pre(topic !== '');
      expect(selectorOfTopics(filters)(topic)).toBe(filters.some((one) => matches(one, topic)));
    }),
    { numRuns: 500 },
  );
});

it.each([
  { filters: [], selects: [], not: ['a'] },
  { filters: ['a/b'], selects: ['a/b'], not: ['a', 'a/b/c', 'a/bc'] },
  { filters: ['a/#'], selects: ['a', 'a/', 'a/b/c'], not: ['ab', 'b'] },
  { filters: ['a/+', 'b'], selects: ['a/b', 'b'], not: ['a', 'a/b/c'] },
  { filters: ['#'], selects: ['a', '/'], not: ['$SYS/a'] },
  { filters: ['a/+/#'], selects: ['a/b', 'a/b/c'], not: ['a'] },
])('$filters selects $selects, not $not', ({ filters, selects, not }) => {
  expect([...selects, ...not].filter(selectorOfTopics(filters))).toEqual(selects);
});
