/** Holds the tree to its own rules: links that lead somewhere, layers that are enforced, names that are free, files that stay small. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { matchesGlob } from '../support/glob.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));

const foldersOf = (pattern: RegExp) => [
  ...new Set(files.filter((path) => pattern.test(path)).map((path) => dirname(path))),
];
const filesIn = (folder: string) => files.filter((path) => dirname(path) === folder).map((path) => basename(path));

describe('the tree', () => {
  it('has no dead links in its documents', () => {
    const dead = files
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) =>
        [...read(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
          .map(([, target = '']) => join(dirname(path), target))
          .filter((target) => !existsSync(join(root, target)))
          .map((target) => `${path} -> ${target}`),
      );
    expect(dead).toEqual([]);
  });

  it('has a layer rule for every folder of src and nodes', () => {
    const { overrides }: { overrides: { includes: string[]; linter: { rules: object } }[] } = JSON.parse(
      read('biome.json'),
    );
    const walls = overrides
      .filter(({ linter }) => JSON.stringify(linter).includes('noRestrictedImports'))
      .flatMap(({ includes }) => includes);
    const open = foldersOf(/^(src|nodes)\/.*\.tsx?$/).filter(
      (folder) => !['src', 'src/app'].includes(folder) && !walls.some((glob) => matchesGlob(`${folder}/some.ts`, glob)),
    );
    expect(open).toEqual([]);
  });

  it('has no folder with more than sixteen files, and no prefix that three files of a folder share', () => {
    const sources = /^(src|addon|nodes)\/.*\.(tsx?|js|css|html|json)$/;
    const crowded = foldersOf(sources).filter((folder) => filesIn(folder).length > 16);
    expect(crowded).toEqual([]);
    // The texts of a node have its name: that is where Node-RED looks for them.
    const ours = foldersOf(sources).filter((folder) => !folder.startsWith('nodes/locales/'));
    const shared = ours.flatMap((folder) => {
      const nouns = new Set(filesIn(folder).map((name) => name.split('.')[0] ?? ''));
      const prefixes = [...nouns].map((noun) => noun.split('-')[0] ?? '');
      return [...new Set(prefixes)]
        .filter((prefix) => prefixes.filter((other) => other === prefix).length >= 3)
        .map((prefix) => `${folder}/${prefix}`);
    });
    expect(shared).toEqual([]);
  });

  it('looks nothing up in an object by a text that may be `constructor`: such a table is a Map, or asks for its own keys', () => {
    // What the documents are made of are names of our own.
    const sources = files.filter((path) => /^(src|nodes|addon)\/(?!documents\/).*\.ts$/.test(path));
    const loose = sources.flatMap((path) => {
      const text = read(path);
      const tables = [...text.matchAll(/const (\w+): Readonly<Record<string, /g)].map(([, name = '']) => name);
      return tables.flatMap((name) =>
        text
          .split('\n')
          .filter((line) => line.includes(`${name}[`) && !line.includes(`Object.hasOwn(${name}, `))
          .map((line) => `${path}: ${line.trim()}`),
      );
    });
    expect(loose).toEqual([]);
  });

  it('is as docs/architecture.md draws it', () => {
    const page = read('docs/architecture.md');
    const named = [...page.matchAll(/`((?:src|test|nodes|addon|docs)\/[\w./-]+)`/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const [, map = ''] = page.split('```');
    const drawn = new Set([...map.matchAll(/^ *([\w-]+)\//gm)].map(([, folder]) => folder));
    const missing = foldersOf(/^src\/.*\.tsx?$/).filter((folder) => !drawn.has(folder.split('/').at(-1)));
    expect(missing).toEqual([]);
  });

  it('leaves the names that Home Assistant takes for manifests and build files', () => {
    const manifests = files.filter((path) => /(^|\/)config\.(\w+\.)*(ya?ml|json)$/.test(path));
    expect(manifests.filter((path) => path !== 'config.yaml')).toEqual([]);
    expect(files.filter((path) => /(^|\/)build\.(ya?ml|json)$/.test(path))).toEqual([]);
    expect(files.filter((path) => /(^|\/)repository\.(ya?ml|json)$/.test(path) && path !== 'repository.yaml')).toEqual(
      [],
    );
  });

  it('keeps source files under 250 lines, the median under 90, and each opens with what it owns', () => {
    const sources = files
      .filter((path) => /^(src|nodes|addon)\/.*\.tsx?$/.test(path))
      .map((path) => ({ path, text: read(path) }));
    const sizes = sources.map(({ text }) => text.split('\n').length).sort((a, b) => a - b);
    expect(sizes.at(-1)).toBeLessThanOrEqual(250);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(90);
    expect(sources.filter(({ text }) => !/^(#!.*\n)?\/\*\*/.test(text)).map(({ path }) => path)).toEqual([]);
  });
});
