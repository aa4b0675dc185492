/** Owns the start of what is kept: what the last run has left is read, and a keeper opened that will write it anew. */

import { dirname, join } from 'node:path';
import type { Clock, Log } from '../../../core/ports.ts';
import { DiskKeeper } from './disk-keeper.ts';
import type { KeptFile, KeptFiles, KeptPaths } from './journal/files.ts';
import { Journal } from './journal/journal.ts';
import { readJournal, refusal } from './journal/reading.ts';
import type { Keeper } from './keeper.ts';
import { Decoding } from './records/decoding.ts';
import { Fields } from './records/fields.ts';
import { KeptState } from './state.ts';

export interface KeptSetup {
  readonly dir: string;
  readonly files: KeptFiles;
  readonly clock: Clock;
  readonly log: Log;
  readonly defer?: (callback: () => void) => void;
  readonly slackBytes?: number;
}

export interface Kept {
  /** Knows nothing of `state` until that is noted again: nothing is written before. */
  readonly keeper: Keeper;
  /** What the last run has left. */
  readonly state: KeptState;
}

/** In the folder of the state. */
export const KEPT_FILE = 'broker.journal';
const SLACK_BYTES = 4 * 1024 * 1024;

/** @throws ApiError `unavailable` when there is a file that cannot be read, which stays as it is */
export async function openKept(setup: KeptSetup): Promise<Kept> {
  const { dir, files, log, defer = (callback) => void setImmediate(callback), slackBytes = SLACK_BYTES } = setup;
  const journal = join(dir, KEPT_FILE);
  const paths = { journal, fresh: `${journal}.new`, torn: `${journal}.torn` };
  const state = await readKept(files, paths, log);
  return { state, keeper: new DiskKeeper(new Journal({ ...setup, paths, defer, slackBytes })) };
}

async function readKept(files: KeptFiles, paths: KeptPaths, log: Log): Promise<KeptState> {
  const file = await files.open(paths.journal);
  if (file === undefined) return new KeptState();
  try {
    return await readState(file, files, paths, log);
  } finally {
    await file.close();
  }
}

async function readState(file: KeptFile, files: KeptFiles, paths: KeptPaths, log: Log): Promise<KeptState> {
  const state = new KeptState();
  const decoding = new Decoding();
  const { goodBytes, torn } = await readJournal(file, paths.journal, (content) => {
    for (const fields = new Fields(content); !fields.isAtEnd; ) {
      const change = decoding.next(fields);
      if (change !== undefined) state.apply(change);
    }
  });
  // It gets its name when this is complete: no crash cuts it off before.
  if (!decoding.isComplete) throw refusal(paths.journal, goodBytes, 'the file ends within what it was begun with');
  state.putInOrder();
  if (torn.length > 0) await cut(file, goodBytes, torn, files, paths, log);
  return state;
}

async function cut(
  file: KeptFile,
  goodBytes: number,
  torn: Buffer,
  files: KeptFiles,
  paths: KeptPaths,
  log: Log,
): Promise<void> {
  const place = { file: paths.journal, byte: goodBytes, tornBytes: torn.length, keptAs: paths.torn };
  try {
    await keepAside(files, paths.torn, torn);
    await file.truncate(goodBytes);
    await file.sync();
    log.warn(place, "cut off a torn end of the broker's journal; nobody was told that it was kept");
  } catch (error) {
    // It does no harm where it is, and goes when the journal is made anew.
    log.warn({ ...place, err: error }, "the broker's journal has a torn end, which could not be cut off");
  }
}

async function keepAside(files: KeptFiles, path: string, torn: Buffer): Promise<void> {
  const aside = await files.create(path);
  try {
    for (let done = 0; done < torn.length; ) {
      const written = await aside.write(torn.subarray(done), done);
      if (written === 0) throw new Error('the disk takes no more bytes');
      done += written;
    }
    await aside.sync();
  } finally {
    await aside.close();
  }
  await files.syncDirectory(dirname(path));
}
