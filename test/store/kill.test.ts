import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { endsWithUs } from '../support/children.ts';
import { keptLog } from './kept-log.ts';

const ROUNDS = 50;
/** Side by side, each on a store of its own. */
const LANES = 2;
const STORM = { name: 'storm', unique: {} };

const child = fileURLToPath(new URL('storm-child.js', import.meta.url));
const compiled = fileURLToPath(new URL('../../dist/src/store/open-store.js', import.meta.url));

let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'kill-'));
});
afterAll(() => rm(parent, { recursive: true }));

describe('a process that is killed in a storm of commits', () => {
  it(`loses nothing that it acknowledged, ${ROUNDS} times, and its store opens again`, async () => {
    expect(existsSync(compiled), 'the build that "npm test" makes').toBe(true);
    const lanes = Array.from({ length: LANES }, (_, lane) =>
      killAgainAndAgain(join(parent, `${lane}`), ROUNDS / LANES),
    );
    const acknowledged = (await Promise.all(lanes)).flat();
    expect(Math.min(...acknowledged)).toBeGreaterThan(0);
  });
});

/** @returns how many commits were acknowledged in each round */
async function killAgainAndAgain(dir: string, rounds: number): Promise<number[]> {
  const counts: number[] = [];
  const acknowledged = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    const before = acknowledged.size;
    const first = round * 20_000;
    // Spread over the rounds, so that the kill meets appends and compactions alike.
    for (const id of await killAfter(1 + ((round * 37) % 200), dir, first)) acknowledged.add(id);
    counts.push(acknowledged.size - before);
    // In between, it is the next storm that has to recover what the kill left behind.
    if (round % 2 === 1) continue;
    const store = await openStore({ dir, log: keptLog(), collections: [STORM] });
    const found = store.collection(STORM);
    expect([...acknowledged].filter((id) => found.get(id) === undefined)).toEqual([]);
    await store.close();
  }
  return counts;
}

/** @returns the numbers that the process printed before and while it died */
async function killAfter(commits: number, dir: string, firstNumber: number): Promise<string[]> {
  const storm = endsWithUs(
    spawn(process.execPath, [child, compiled, dir, `${firstNumber}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  const ended = once(storm, 'close');
  const printed: string[] = [];
  for await (const line of createInterface({ input: storm.stdout })) {
    printed.push(line);
    if (printed.length === commits) storm.kill('SIGKILL');
  }
  await ended;
  return printed;
}
