/** Pins what people are shown of the app: documentation, translations and pictures say what the manifest says. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { recordOf } from './manifest-rules.ts';

const repository = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, repository), 'utf8');
const manifest = parse(read('config.yaml'));
const languages = readdirSync(new URL('translations/', repository));

describe.each(languages)('translations/%s', (file) => {
  const translation = parse(read(`translations/${file}`));

  it('speaks of every option and every port, in their order, and of nothing else', () => {
    expect(Object.keys(translation)).toEqual(['configuration', 'network']);
    expect(new Set(Object.keys(translation.configuration))).toEqual(new Set(Object.keys(manifest.schema)));
    expect(Object.keys(translation.network)).toEqual(Object.keys(manifest.ports));
  });

  it('has a short name and a sentence for each', () => {
    for (const [key, words] of Object.entries(translation.configuration)) {
      const { name, description, ...rest } = recordOf(words);
      expect(String(name).length, key).toBeLessThan(60);
      expect(description, key).toMatch(/\.$/);
      expect(rest, key).toEqual({});
    }
  });
});

it('is translated to English and to one more language', () => {
  expect(languages).toEqual(['de.yaml', 'en.yaml']);
});

it('says in English about the ports what the manifest says', () => {
  expect(parse(read('translations/en.yaml')).network).toEqual(manifest.ports_description);
});

describe('DOCS.md', () => {
  const page = read('DOCS.md');

  it('has a row for each option, with its default and its description', () => {
    const { configuration } = parse(read('translations/en.yaml'));
    const rows = page.split('\n').filter((line) => /^\| `\w+` \|/.test(line));
    const expected = Object.keys(manifest.schema).map((key) => {
      const value = key in manifest.options ? `\`${manifest.options[key]}\`` : 'none';
      return `| \`${key}\` | ${value} | ${configuration[key].description} |`;
    });
    expect(new Set(rows)).toEqual(new Set(expected));
    expect(rows).toHaveLength(expected.length);
  });

  it('links to addresses only: Home Assistant shows it without its folder', () => {
    const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    expect(links.filter((target) => !target.startsWith(manifest.url))).toEqual([]);
    const paths = links.map((target) => target.replace(/^.*\/(?:blob|tree)\/main\//, ''));
    for (const path of paths) expect(() => readdirSync(new URL(path, repository)), path).not.toThrow(/ENOENT/);
  });
});

it.each([
  ['icon.png', 128, 128],
  ['logo.png', 250, 100],
])('%s is a picture of %i x %i', (name, width, height) => {
  const bytes = readFileSync(new URL(name, repository));
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  // The first chunk (PNG, 11.2.1) begins with both.
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([width, height]);
});
