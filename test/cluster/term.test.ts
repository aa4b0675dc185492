/** Pins when a bridge may go on with what its broker has kept: while nobody else has served. */

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { beginTerm } from '../../src/app/cluster/term.ts';
import { recordingLog } from '../support/recording-log.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'term-'));
  await writeFile(join(dir, 'broker.journal'), 'kept');
});
afterEach(() => rm(dir, { recursive: true }));

const keeps = async () => (await readdir(dir)).includes('broker.journal');

it('the bridge that a cluster was begun with, and one that serves twice in a row, keep what the broker has', async () => {
  await beginTerm(dir, 1, recordingLog());
  expect(await keeps()).toBe(true);
  await beginTerm(dir, 2, recordingLog());
  expect(await keeps()).toBe(true);
});

it('one that serves after another has forgets it', async () => {
  await beginTerm(dir, 1, recordingLog());
  const log = recordingLog();
  await beginTerm(dir, 3, log);
  expect(await keeps()).toBe(false);
  expect(log.visible().join()).toContain('another bridge has served meanwhile');
});
