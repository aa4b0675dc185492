/** Two processes that cannot see one another, as in two containers, on one folder. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { endsWithUs } from '../support/children.ts';
import { keptLog } from './kept-log.ts';

const STORM = { name: 'storm', unique: {} };
const child = fileURLToPath(new URL('folder-child.js', import.meta.url));
const compiled = fileURLToPath(new URL('../../dist/src/store/open-store.js', import.meta.url));
/** A container's walls, as far as processes are concerned. */
const WALLS = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;

let parent: string;
let started: ChildProcess[];
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'containers-'));
  started = [];
});
afterEach(async () => {
  for (const process of started) {
    if (process.exitCode === null && process.signalCode === null) {
      process.kill('SIGKILL');
      await once(process, 'close');
    }
  }
  await rm(parent, { recursive: true });
});

describe.skipIf(!canBuildWalls())('two containers on one folder', () => {
  it('are refused the second time, and the first one loses nothing', async () => {
    const first = run(0);
    await first.printed('0');
    const second = run(10_000);
    expect(await second.end()).toBe(3);
    expect(second.lines.at(-1)).toContain('in use by another container or another machine');
    const last = Number(first.lines.at(-1));
    await first.printed(`${last + 5}`);
    await first.kill();
    await expectAll(first.lines);
  });

  it('hand the folder over when the first one was killed', async () => {
    const first = run(0);
    await first.printed('5');
    await first.kill();
    const second = run(10_000);
    await second.printed('10005');
    await second.kill();
    await expectAll([...first.lines, ...second.lines]);
  });

  it('do not write into one another when the first one was paused for too long: it ends', async () => {
    const first = run(0);
    await first.printed('5');
    process.kill(await first.inside(), 'SIGSTOP');
    const second = run(10_000);
    await second.printed('10005');
    process.kill(await first.inside(), 'SIGCONT');
    expect(await first.end()).toBe(1);
    expect(first.lines.at(-1)).toContain('another process has taken over the data folder');
    await second.printed(`${Number(second.lines.at(-1)) + 5}`);
    await second.kill();
    const acknowledged = [...first.lines, ...second.lines].filter((line) => /^\d+$/.test(line));
    await expectAll(acknowledged);
  });
});

function run(firstNumber: number) {
  const [program, ...walls] = WALLS;
  const process_ = endsWithUs(
    spawn(program, [...walls, process.execPath, child, compiled, join(parent, 'data'), `${firstNumber}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  started.push(process_);
  const closed = once(process_, 'close');
  const lines: string[] = [];
  createInterface({ input: process_.stdout }).on('line', (line) => lines.push(line));
  return {
    lines,
    printed: (line: string) => expect.poll(() => lines, { timeout: 60_000 }).toContain(line),
    async end(): Promise<number | null> {
      const [code] = await closed;
      return code;
    },
    async kill() {
      process_.kill('SIGKILL');
      await closed;
    },
    /** The number that the process behind the walls has out here. */
    async inside(): Promise<number> {
      const children = await readFile(`/proc/${process_.pid}/task/${process_.pid}/children`, 'utf8');
      return Number(children.trim().split(' ')[0]);
    },
  };
}

async function expectAll(acknowledged: readonly string[]): Promise<void> {
  const store = await openStore({
    dir: join(parent, 'data'),
    log: keptLog(),
    collections: [STORM],
    lockTiming: { patienceMs: 200 },
  });
  const found = store.collection(STORM);
  expect(acknowledged.filter((id) => found.get(id) === undefined)).toEqual([]);
  await store.close();
}

function canBuildWalls(): boolean {
  try {
    const [program, ...walls] = WALLS;
    execFileSync(program, [...walls, 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    process.stdout.write('skipped: processes cannot be hidden from one another here (unshare)\n');
    return false;
  }
}
