/** Pins that no program which a suite has started is left behind, whatever becomes of the suite. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { transform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endsWithUs } from './children.ts';
import { eventually } from './eventually.ts';
import { temporaryDirectory } from './process.ts';

const HERE = import.meta.dirname;

/** Stands for the process of a suite: starts two programs, ends the second, says so and goes on for ever. */
const SUITE = `
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { endsWithUs } from './children.mjs';
const [first, second] = [1, 2].map(() => endsWithUs(spawn('sleep', ['600'])));
second.kill();
await once(second, 'exit');
console.log(first.pid);
setInterval(() => {}, 1000);
`;

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
  const { code } = await transform(await readFile(join(HERE, 'children.ts'), 'utf8'), { loader: 'ts' });
  await writeFile(join(directory.path, 'children.mjs'), code);
  await writeFile(join(directory.path, 'suite.mjs'), SUITE);
});
afterAll(() => directory.remove());

/** A process that has ended and that nobody has asked about yet is gone, too. */
function isThere(pid: number): boolean {
  const file = `/proc/${pid}/stat`;
  return existsSync(file) && !/\) Z /.test(readFileSync(file, 'utf8'));
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

describe('the programs that a suite has started', () => {
  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'end with it when it is ended by %s, and so does what looked after them',
    async (signal) => {
      const suite = endsWithUs(
        spawn(process.execPath, ['suite.mjs'], { cwd: directory.path, stdio: ['ignore', 'pipe', 'inherit'] }),
      );
      const [first] = await once(createInterface({ input: suite.stdout }), 'line');
      const all = childrenOf(suite.pid ?? 0);
      expect(all).toHaveLength(2);
      expect(all).toContain(Number(first));
      const gone = once(suite, 'exit');
      suite.kill(signal);
      await gone;
      await eventually(() => !all.some(isThere), 'all of them to end');
    },
  );

  it('are all looked after: every spawn of a test stands in endsWithUs', async () => {
    const root = join(HERE, '..');
    const names = (await readdir(root, { recursive: true })).filter(
      (name) => /\.[tj]s$/.test(name) && !name.startsWith('support/children'),
    );
    const careless = names.filter((name) =>
      /(?<!endsWithUs\(\s*)\bspawn\(/.test(readFileSync(join(root, name), 'utf8')),
    );
    expect(careless).toEqual([]);
  });
});
