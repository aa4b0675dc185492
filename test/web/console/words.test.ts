/** Holds the words of the console whole: in both languages, the same values in each, and words for all that the service can say. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createAcl } from '../../../src/brokers/acl.ts';
import { SNAPSHOT_FAULTS } from '../../../src/protocol/entities/watching/snapshot.ts';
import { STREAM_FAULTS } from '../../../src/protocol/entities/watching/stream.ts';
import { ERRORS } from '../../../src/protocol/errors.ts';
import { EVENTS } from '../../../src/protocol/events.ts';
import { topicsOf } from '../../../src/protocol/topics.ts';
import { healthText } from '../../../src/web/console/words/health.ts';
import { chooseLanguage, inOrder, language, locale } from '../../../src/web/console/words/language.ts';
import type { Words } from '../../../src/web/console/words/words.ts';

const root = fileURLToPath(new URL('../../../src/web/console/', import.meta.url));
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));

interface List {
  readonly name: string;
  readonly file: string;
  readonly words: Words<string>;
}

/** Every list of words, with where it stands. */
const lists: List[] = [];
for (const { name: file, text } of sources) {
  const names = [...text.matchAll(/export const (\w+) = words\(/g)].map(([, name = '']) => name);
  const exported: Readonly<Record<string, Words<string>>> = names.length > 0 ? await import(join(root, file)) : {};
  for (const name of names) if (exported[name]) lists.push({ name, file, words: exported[name] });
}

function wordsOf(name: string): Words<string> {
  const found = lists.find((each) => each.name === name);
  if (!found) throw new Error(`no words called ${name}`);
  return found.words;
}

const byText = (one: string, other: string) => one.localeCompare(other);
const placeholders = (text = '') => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted(byText);
const plain = (key: string) => key.replace(/\.(one|other)$/, '');

describe.each(lists)('the words $name of $file', ({ name, words: { texts } }) => {
  it('are there in both languages, and none besides', () => {
    expect(Object.keys(texts.de)).toEqual(Object.keys(texts.en));
    const all = Object.entries({ ...texts.en, ...texts.de });
    expect(all.filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('take the same values', () => {
    for (const [key, text] of Object.entries(texts.de))
      expect([key, placeholders(text)]).toEqual([key, placeholders(texts.en[key])]);
  });

  it('are all used', () => {
    const using = sources
      .filter(({ text }) => text.includes(name))
      .map(({ text }) => text.replace(/\bwords\([\s\S]*?\n\);/g, ''))
      .join('\n');
    // Lists by the service's own names are held to those below.
    if (
      new RegExp(`\\b${name}(\\.knows)?\\((key|finding\\.value|part|reason|code|kind|type|condition|word)\\b`).test(
        using,
      )
    )
      return;
    // Composed keys are known by what they begin with.
    const composed = [...using.matchAll(/`([\w.]+\.)\$\{/g)].map(([, start = '']) => start);
    const unused = Object.keys(texts.en).filter(
      (key) => !using.includes(`'${plain(key)}'`) && !composed.some((start) => key.startsWith(start)),
    );
    expect(unused).toEqual([]);
  });
});

describe('there are words', () => {
  it('for every event', () => {
    const keys = Object.entries(EVENTS).flatMap(([domain, names]) => names.map((name) => `${domain}.${name}`));
    expect(keys.filter((key) => !wordsOf('EVENT_WORDS').knows(key))).toEqual([]);
  });

  it('for every refusal, and for none that there is not', () => {
    const codes = Object.keys(wordsOf('REFUSALS').texts.en).toSorted(byText);
    expect(codes).toEqual([...Object.keys(ERRORS), 'unreachable'].toSorted(byText));
    const faults = Object.keys(SNAPSHOT_FAULTS).map((fault) => `snapshot.${fault}`);
    expect(Object.keys(wordsOf('PICTURE_FAULTS').texts.en)).toEqual(faults);
    const streams = Object.keys(STREAM_FAULTS).map((fault) => `stream.${fault}`);
    expect(Object.keys(wordsOf('STREAM_FAULT_WORDS').texts.en)).toEqual(streams);
  });

  it('for every part of health that the documents name', () => {
    const page = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8');
    const [, table = ''] = page.split('| part | there | not well |');
    const [rows = ''] = table.split('\n\n');
    const cells = [...rows.matchAll(/^\| (`[^|]+`) \|/gm)].map(([, cell = '']) => cell.replaceAll('`', ''));
    const parts = cells.flatMap((cell) => cell.split(', '));
    expect(parts).toContain('mediamtx');
    expect(parts.filter((part) => !wordsOf('PART_NAMES').knows(part))).toEqual([]);
    expect(parts.filter((part) => !wordsOf('HEALTH_WORDS').knows(part))).toEqual(['app']);
  });

  it('for why a part of the service is not well, where it says so, and else for the part', () => {
    chooseLanguage(['en']);
    expect(healthText('mqtt', 'shared')).toContain('same base topic');
    expect(healthText('mqtt', 'unreachable')).toBe(healthText('mqtt', undefined));
    expect(healthText('newer', 'odd')).toContain('newer');
  });

  it('for every rule of topics that an MQTT account can meet', () => {
    const { publish, subscribe } = createAcl({
      topics: topicsOf('nestmtx'),
      isInstanceRoot: () => true,
      topicsOf: () => [],
    });
    const account = { kind: 'instance', key: 'instance:1', username: 'own', generation: 1 } as const;
    const asked = ['own/a', 'other/a', 'own/+/#', 'own/#/a', ''];
    const rules = asked.flatMap((topic) => [publish(account, topic).rule, subscribe(account, topic).rule]);
    expect([...new Set(rules)].toSorted(byText)).toEqual(Object.keys(wordsOf('RULES').texts.en).toSorted(byText));
  });

  it('for every reason that the documents name', () => {
    const page = readFileSync(new URL('../../../docs/cameras.md', import.meta.url), 'utf8');
    const [, table = ''] = page.split('## Reasons');
    const reasons = [...table.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, reason = '']) => reason);
    expect(reasons).toContain('stalled');
    const known = reasons.slice(0, reasons.indexOf('restart'));
    expect(known.filter((reason) => !wordsOf('REASONS').knows(reason))).toEqual([]);
  });
});

describe('the language', () => {
  it.each([
    [['de-AT', 'en'], 'de', 'de-AT'],
    [['fr-FR', 'de'], 'de', 'de'],
    [['en-GB'], 'en', 'en-GB'],
    [['fr-FR'], 'en', 'en'],
    [['constructor'], 'en', 'en'],
    [[], 'en', 'en'],
  ])('%j is answered in %s, with numbers and dates as in %s', (preferred, expected, expectedLocale) => {
    chooseLanguage(preferred);
    expect([language.value, locale.value]).toEqual([expected, expectedLocale]);
  });

  it('knows one from many, and leaves what is in a value alone', () => {
    chooseLanguage(['en']);
    const say = wordsOf('HOME');
    expect([say('viewers', { n: 1 }), say('viewers', { n: 1200 })]).toEqual(['1 viewer', '1,200 viewers']);
    expect(say('down', { name: '{n} $& <b>' })).toBe('{n} $& <b> is down.');
  });

  it('counts as people do', () => {
    const sorted = ['Camera 19', 'camera 2', 'Älter', 'Beta'].toSorted(inOrder);
    expect(sorted).toEqual(['Älter', 'Beta', 'camera 2', 'Camera 19']);
  });
});
