/** Owns making a fresh journal out of the durable records and putting it in the place of the running one, which it never writes to. */

import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import type { FileSystem } from '../file-system.ts';
import { JournalFile } from './file.ts';
import { type Change, FORMAT, type SnapshotEnd } from './line.ts';

export interface JournalPaths {
  readonly journal: string;
  /** What `journal` was before its last compaction: there to go back to by hand. */
  readonly lastGood: string;
  /** A journal that is still being made. */
  readonly fresh: string;
  /** What was cut off behind the last whole line at a start. */
  readonly torn: string;
}

/** One line of the snapshot: about a millisecond of work between two turns of the event loop. */
const SLICE_RECORDS = 500;
const SALT_BYTES = 8;

/** Writes the records to a new file, in slices between which other work gets its turn, and resolves when they are on disk. */
export async function writeSnapshot(
  fs: FileSystem,
  path: string,
  version: number,
  records: Iterable<Change>,
): Promise<JournalFile> {
  const file = await fs.create(path);
  try {
    const salt = randomBytes(SALT_BYTES).toString('hex');
    const journal = await JournalFile.begin(file, { format: FORMAT, version, salt });
    let count = 0;
    for (const slice of slices(records)) {
      await journal.write(JSON.stringify(slice));
      count += slice.length;
    }
    const end: SnapshotEnd = { snapshot: count };
    await journal.append(JSON.stringify(end));
    return journal;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Lets the journal's present file outlive its name; call it when nothing is being appended. */
export async function keepLastGood(fs: FileSystem, paths: JournalPaths): Promise<void> {
  await fs.remove(paths.lastGood);
  await fs.link(paths.journal, paths.lastGood);
}

/** Gives the fresh file, complete and on disk, the journal's name, also for after a power cut. */
export async function install(fs: FileSystem, paths: JournalPaths): Promise<void> {
  await fs.rename(paths.fresh, paths.journal);
  await fs.syncDirectory(dirname(paths.journal));
}

function* slices(records: Iterable<Change>): Generator<Change[]> {
  let slice: Change[] = [];
  for (const record of records) {
    slice.push(record);
    if (slice.length < SLICE_RECORDS) continue;
    yield slice;
    slice = [];
  }
  if (slice.length > 0) yield slice;
}
