/** Holds the workflows to what keeps others out: actions by commit, no more rights than a job needs, and the suites that `.ci/run` runs. */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const folder = fileURLToPath(new URL('../../.github/workflows/', import.meta.url));
const names = readdirSync(folder);
const textOf = (name: string) => readFileSync(`${folder}${name}`, 'utf8');

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
}

const jobsOf = (name: string) => Object.entries<Job>(parse(textOf(name)).jobs);

describe.each(names)('%s', (name) => {
  it('names every action by its commit, with the version that this was', () => {
    const used = textOf(name).match(/uses: .*/g) ?? [];
    expect(used.filter((line) => !/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  it('gives no right but those that a job says it needs, and no job time without end', () => {
    expect(parse(textOf(name)).permissions).toEqual({});
    for (const [job, { permissions, 'timeout-minutes': minutes }] of jobsOf(name)) {
      expect([job, permissions, typeof minutes]).toEqual([job, expect.any(Object), 'number']);
    }
  });

  it('leaves no token behind in the checkout', () => {
    const text = textOf(name);
    const checkouts = text.match(/actions\/checkout@/g) ?? [];
    expect(text.match(/persist-credentials: false/g) ?? []).toHaveLength(checkouts.length);
  });
});

it('a change may write nothing anywhere', () => {
  expect(jobsOf('test.yml').map(([, { permissions }]) => permissions)).toEqual([
    { contents: 'read' },
    { contents: 'read' },
  ]);
  expect(textOf('test.yml')).toContain('- run: .ci/run\n');
});

it('a release has both architectures, provenance of packages and images, and the bills of their materials', () => {
  const release = textOf('release.yml');
  for (const part of [
    'build amd64 amd64',
    'build arm64 aarch64',
    '--provenance=mode=max',
    'npm publish --provenance',
  ]) {
    expect(release).toContain(part);
  }
  expect(release).toMatch(/gh release create .*cdx\.json/);
});
