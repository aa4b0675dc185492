/** Pins MQTT's matching rules (MQTT 5.0, 4.7), empty levels and `$` topics included. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isPortableTopicName,
  isSubset,
  isTopicFilter,
  isTopicName,
  matches,
  overlaps,
  withoutShare,
} from '../../src/protocol/topic-match.ts';

const level = fc.constantFrom('', 'a', 'b', '$x', 'sport');
const name = fc
  .array(level, { minLength: 1, maxLength: 4 })
  .map((levels) => levels.join('/'))
  .filter((topic) => topic !== '');
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 4 }), fc.constantFrom('', '#'))
  .map(([levels, end]) => (end === '' ? levels : [...levels, end]).join('/'))
  .filter(isTopicFilter);

/** The rules once more, in the slowest and plainest way: as a regular expression. */
function matchesByRegExp(pattern: string, topic: string): boolean {
  if (topic.startsWith('$') && /^[+#]/.test(pattern)) return false;
  const escaped = (text: string) => text.replace(/[.*?^${}()|[\]\\]/g, '\\$&');
  const body = pattern
    .split('/')
    .map((part) => (part === '+' ? '[^/]*' : escaped(part)))
    .join('/');
  const source = body === '#' ? '.*' : body.endsWith('/#') ? `${body.slice(0, -2)}(/.*)?` : body;
  return new RegExp(`^${source}$`, 's').test(topic);
}

describe('matching a filter against a topic name', () => {
  it.each([
    ['sport/tennis/#', 'sport/tennis', true],
    ['sport/#', 'sport', true],
    ['sport/tennis/+', 'sport/tennis/player1', true],
    ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
    ['sport/+', 'sport', false],
    ['sport/+', 'sport/', true],
    ['+/+', '/finance', true],
    ['/+', '/finance', true],
    ['+', '/finance', false],
    ['#', '$SYS/monitor/Clients', false],
    ['+/monitor/Clients', '$SYS/monitor/Clients', false],
    ['$SYS/#', '$SYS/monitor/Clients', true],
    ['a//b', 'a//b', true],
    ['a/+/b', 'a//b', true],
  ])('%s against %s gives %s', (pattern, topic, expected) => {
    expect(matches(pattern, topic)).toBe(expected);
  });

  it('agrees with the rules written as a regular expression', () => {
    fc.assert(
      fc.property(filter, name, (pattern, topic) => matches(pattern, topic) === matchesByRegExp(pattern, topic)),
      { numRuns: 2000 },
    );
  });

  it('selects a name by itself', () => {
    fc.assert(fc.property(name, (topic) => matches(topic, topic)));
  });
});

describe('comparing two filters', () => {
  it('a subset selects nothing that the larger one does not', () => {
    fc.assert(
      fc.property(filter, filter, name, (inner, outer, topic) => {
        fc.pre(isSubset(inner, outer) && matches(inner, topic));
        return matches(outer, topic);
      }),
      { numRuns: 2000 },
    );
  });

  it('filters that select a common name overlap', () => {
    fc.assert(
      fc.property(filter, filter, name, (one, other, topic) => {
        fc.pre(matches(one, topic) && matches(other, topic));
        return overlaps(one, other) && overlaps(other, one);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['foo/#', 'foo/+', false],
    ['foo/+', 'foo/#', true],
    ['foo', 'foo/#', true],
    ['#', 'foo/#', false],
    ['+/bar', 'foo/#', false],
    ['$SYS/a', '#', false],
    ['a+b/c', 'a+b/+', true],
    ['foo/bar/baz', 'foo/+', false],
    ['foo', 'foo/+', false],
    ['foo/#', 'foo/bar/#', false],
  ])('%s is inside %s: %s', (inner, outer, expected) => {
    expect(isSubset(inner, outer)).toBe(expected);
  });

  it('filters of different roots do not overlap', () => {
    expect(overlaps('a/#', 'b/#')).toBe(false);
    expect(overlaps('+/x', 'a/+')).toBe(true);
    expect(overlaps('#', '$SYS/#')).toBe(false);
    expect(overlaps('$SYS/#', '+/a')).toBe(false);
    expect(overlaps('$SYS/#', '$SYS/a')).toBe(true);
    expect([overlaps('a', 'a/b'), overlaps('a/b', 'a'), overlaps('a/b', 'a/c'), overlaps('a/+', 'a')]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('legal names and filters', () => {
  it.each(['', 'a\0b', 'x'.repeat(65_536)])('neither may be %j', (text) => {
    expect(isTopicName(text) || isTopicFilter(text)).toBe(false);
  });

  it.each(['a+', 'a/#/b', '#/a', 'a#'])('%s is no filter', (text) => expect(isTopicFilter(text)).toBe(false));
  it.each(['+', '#', 'a/+/b', 'a/#', '/', '//'])('%s is a filter', (text) => expect(isTopicFilter(text)).toBe(true));
  it.each(['a/+', '#', 'a#b'])('%s is no name', (text) => expect(isTopicName(text)).toBe(false));
});

describe('shared subscriptions', () => {
  it('the filter inside is what counts', () => {
    expect(withoutShare('$shared/group')).toBe('$shared/group');
    expect(withoutShare('$share/group/a/#')).toBe('a/#');
    expect(withoutShare('a/#')).toBe('a/#');
  });

  it.each(['$share', '$share/', '$share/group', '$share/group/', '$share//a', '$share/gr+up/a'])(
    '%s is broken',
    (text) => {
      expect(withoutShare(text)).toBeUndefined();
    },
  );
});

describe('the bounds of a topic', () => {
  it.each(['a', 'ä', '€'])('are 65,535 bytes of UTF-8, whatever it is made of: %s', (letter) => {
    const most = Math.floor(65_535 / Buffer.byteLength(letter));
    expect(isTopicName(letter.repeat(most))).toBe(true);
    expect(isTopicName(letter.repeat(most + 1))).toBe(false);
    expect(isTopicFilter(letter.repeat(most + 1))).toBe(false);
  });

  it('are a hundred levels where every broker shall pass it on', () => {
    const levels = (count: number) => Array.from({ length: count }, () => 'a').join('/');
    expect([levels(100), levels(101)].map(isPortableTopicName)).toEqual([true, false]);
    expect(isTopicName(levels(101))).toBe(true);
  });
});
