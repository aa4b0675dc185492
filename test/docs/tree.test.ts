/** Holds the tree to its own rules: links that lead somewhere, layers that are enforced, names that are free, files that stay small. */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));

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

  it('has a layer rule for every folder of src', () => {
    const { overrides } = JSON.parse(read('biome.json'));
    const covered = overrides.flatMap(({ includes }: { includes: string[] }) => includes).join(' ');
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).filter((name) => !new RegExp(`\\b${name}\\b`).test(covered))).toEqual([]);
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
      .filter((path) => /^(src|nodes|addon)\/.*\.ts$/.test(path))
      .map((path) => ({ path, text: read(path) }));
    const sizes = sources.map(({ text }) => text.split('\n').length).sort((a, b) => a - b);
    expect(sizes.at(-1)).toBeLessThanOrEqual(250);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(90);
    expect(sources.filter(({ text }) => !/^(#!.*\n)?\/\*\*/.test(text)).map(({ path }) => path)).toEqual([]);
  });
});
