/** Pins docs/security.md: each promise there names a test, and each test that it names exists. */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const [, section = ''] = read('docs/security.md').split('## What is promised');
const promises = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| (?!promise|---)(.+?) \| (.+) \|$/gm)].map(
  ([, promise = '', held = '']) => ({ promise, held }),
);

describe('a promise of docs/security.md', () => {
  it('is one of many', () => {
    expect(promises.length).toBeGreaterThan(25);
  });

  it.each(promises)('is held: $promise', ({ held }) => {
    const [, path = '', title = ''] = /^`(test\/\S+\.test\.ts)`: (.+)$/.exec(held) ?? [];
    expect(existsSync(new URL(path, root)), path).toBe(true);
    expect(titlesOf(read(path)).some((found) => found.startsWith(title))).toBe(true);
  });
});

/** What stands in the quotes of `it` and `describe`. */
function titlesOf(source: string): string[] {
  return [
    ...source.matchAll(
      /\b(?:it|describe)(?:\.\w+)*(?:\([^'"`]*\)|\((?:[^()]|\([^()]*\))*\))?\(\s*(['"`])([\s\S]*?)\1,/g,
    ),
  ].map(([, , title = '']) => title.replaceAll("\\'", "'"));
}
