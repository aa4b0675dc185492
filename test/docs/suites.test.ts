/** Holds the quick suites to their word: none of them starts a browser, a built service, Node-RED or somebody else's broker. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { matchesGlob } from '../support/glob.ts';
import { CONTAINERS, SLOW } from '../support/suites.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const suites = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => `test/${name}`);

/** To ask for one of these is to start something, or to wait for something that is built. */
const STARTS =
  /(?<!function )\b(startProcess|runProgram|startNodeRed|startBrowser|startEditorBrowser|hasProgram|hasRtspCamera|buildAppImage)\(|playwright-core/;

/** The file and all of the tests' own that it imports. */
function reachable(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file) || !file.startsWith(join(root, 'test')) || !existsSync(file)) return seen;
  seen.add(file);
  for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g)) {
    reachable(resolve(dirname(file), target), seen);
  }
  return seen;
}

const isSlow = (suite: string) => [...CONTAINERS, ...SLOW].some((glob) => matchesGlob(suite, glob));

describe('the quick suites', () => {
  it('start nothing that one has to wait for', () => {
    const own = fileURLToPath(import.meta.url);
    const starts = (file: string) => file !== own && STARTS.test(readFileSync(file, 'utf8'));
    const starting = suites.filter((suite) => !isSlow(suite) && [...reachable(join(root, suite))].some(starts));
    expect(starting).toEqual([]);
  });

  it('are most of all, and the others are named by patterns that still fit', () => {
    expect(suites.filter((suite) => !isSlow(suite)).length).toBeGreaterThan(suites.length / 2);
    const idle = [...CONTAINERS, ...SLOW].filter((glob) => !suites.some((suite) => matchesGlob(suite, glob)));
    expect(idle).toEqual([]);
  });
});
