/** Holds the words of the status page equal: in both languages, with what the service can say, and with what the page asks for. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EVENTS } from '../../../src/protocol/events.ts';

const folder = new URL('../../../src/web/status/browser/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const { WORDS, wordsFor }: StatusWords = await import(new URL('words/words.js', folder).href);

interface StatusWords {
  readonly WORDS: Readonly<Record<string, Readonly<Record<string, string>>>>;
  wordsFor(preferred: string): {
    readonly language: string;
    readonly locale: string;
    say(key: string, values?: Readonly<Record<string, string | number>>): string;
  };
}

const en = WORDS['en'] ?? {};
const byText = (a: string, b: string) => a.localeCompare(b);
const placeholders = (text = '') => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted(byText);

describe.each(Object.keys(WORDS))('in %s', (language) => {
  const words = WORDS[language] ?? {};

  it('every word is there, and none besides', () => {
    expect(Object.keys(words)).toEqual(Object.keys(en));
    expect(Object.entries(words).filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('the same values go into each', () => {
    for (const [key, text] of Object.entries(words))
      expect([key, placeholders(text)]).toEqual([key, placeholders(en[key])]);
  });

  it('every event has words', () => {
    const keys = Object.entries(EVENTS).flatMap(([domain, names]) => names.map((name) => `event.${domain}.${name}`));
    expect(keys.filter((key) => words[key] === undefined)).toEqual([]);
  });

  it('every reason that the documents name has words', () => {
    const text = readFileSync(new URL('../../../docs/cameras.md', import.meta.url), 'utf8');
    const [, table = ''] = text.split('## Reasons');
    const reasons = [...table.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, reason = '']) => reason);
    expect(reasons).toContain('stalled');
    const known = new Set(Object.keys(words));
    expect(reasons.slice(0, reasons.indexOf('restart')).filter((reason) => !known.has(`reason.${reason}`))).toEqual([]);
  });
});

describe('the page', () => {
  it('has in its markup what it says in English', () => {
    const marked = [...read('status.html').matchAll(/data-word="([^"]+)"[^>]*>([^<]*)</g)];
    expect(marked.length).toBeGreaterThan(10);
    for (const [, key = '', text] of marked) expect([key, text]).toEqual([key, en[key]]);
  });

  it('uses every word, and none that is not there', () => {
    const sources = readdirSync(folder)
      .filter((name) => /\.(js|html)$/.test(name))
      .map(read)
      .join('\n');
    const asked = new Set([...sources.matchAll(/say\(\s*'([^']+)'/g)].map(([, key = '']) => key));
    const isThere = (key: string) => key in en || `${key}.other` in en;
    expect([...asked].filter((key) => !isThere(key))).toEqual([]);
    // Composed keys are known by what they begin with.
    const composed = [...sources.matchAll(/`([a-z.]+\.)\$\{/gi)].map(([, start = '']) => start);
    const plain = (key: string) => key.replace(/\.(one|other)$/, '');
    const unused = Object.keys(en).filter(
      (key) =>
        !sources.includes(`'${plain(key)}'`) &&
        !sources.includes(`"${key}"`) &&
        !composed.some((start) => key.startsWith(start)),
    );
    expect(unused).toEqual([]);
  });
});

describe('the language', () => {
  it.each([
    ['de-AT', 'de', 'de-AT'],
    ['de', 'de', 'de'],
    ['en-GB', 'en', 'en-GB'],
    ['fr-FR', 'en', 'en'],
    ['constructor', 'en', 'en'],
    ['', 'en', 'en'],
  ])('%s is answered in %s, with numbers and dates as in %s', (preferred, language, locale) => {
    expect(wordsFor(preferred)).toMatchObject({ language, locale });
  });

  it('knows one from many, and leaves what is in a value alone', () => {
    const { say } = wordsFor('en');
    expect([say('count.problem', { n: 1 }), say('count.problem', { n: 2 })]).toEqual(['1 problem', '2 problems']);
    expect(say('signedInAs', { name: '{n} $& <b>' })).toBe('Signed in as {n} $& <b>');
  });
});
