/** Owns the start: a fresh journal, or the records of an existing one. What it cannot read it keeps, and says how to go back. */

import { basename, dirname } from 'node:path';
import type { Log } from '../../core/ports.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { FileSystem, OpenFile } from '../file-system.ts';
import { type Migration, migrate, newestVersion } from '../migrations.ts';
import { type AnyCollection, StoreData } from '../store-data.ts';
import { install, type JournalPaths, writeSnapshot } from './compaction.ts';
import { JournalFile } from './file.ts';
import { type JournalContent, readJournal } from './reader.ts';

export interface JournalSetup {
  readonly fs: FileSystem;
  readonly paths: JournalPaths;
  readonly log: Log;
  readonly collections: readonly AnyCollection[];
  readonly migrations: readonly Migration[];
}

interface OpenedJournal {
  readonly data: StoreData;
  readonly journal: JournalFile;
  /** Lines behind the snapshot. */
  readonly commits: number;
  /** What the file's size would be after a compaction, about. */
  readonly liveBytes: number;
  /** The file still holds the records as they were before the migrations. */
  readonly migrated: boolean;
}

/** @throws ApiError `unavailable` whose message names file, line and byte offset of what cannot be read, and the way back */
export async function openJournal(setup: JournalSetup): Promise<OpenedJournal> {
  const { fs, paths } = setup;
  await fs.remove(paths.fresh);
  const file = await fs.open(paths.journal);
  if (file === undefined) return begin(setup);
  try {
    return await resume(setup, file);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function begin({ fs, paths, collections, migrations }: JournalSetup): Promise<OpenedJournal> {
  await refuseIfMissing(fs, paths);
  const data = new StoreData(collections);
  const journal = await writeSnapshot(fs, paths, newestVersion(migrations), data.records());
  await install(fs, paths);
  return { data, journal, commits: 0, liveBytes: journal.size, migrated: false };
}

// A first start leaves no traces: where there is a last good journal, the journal itself has been lost.
async function refuseIfMissing(fs: FileSystem, paths: JournalPaths): Promise<void> {
  const lastGood = await fs.open(paths.lastGood);
  if (lastGood === undefined) return;
  await lastGood.close();
  const cure = `to go back to that: mv ${quoted(paths.lastGood)} ${quoted(paths.journal)}`;
  const message = `${paths.journal} is missing, but there is ${paths.lastGood}. Nothing was changed; ${cure}`;
  throw new ApiError('unavailable', { message });
}

async function resume(setup: JournalSetup, file: OpenFile): Promise<OpenedJournal> {
  const { fs, paths, log, collections, migrations } = setup;
  const content = await readOrOffer(setup, file);
  const { version, records, wholeBytes, tornBytes, commits, liveBytes } = content;
  if (tornBytes > 0) {
    log.warn(
      { file: paths.journal, byte: wholeBytes, tornBytes },
      'cut off a torn last line; it was never acknowledged',
    );
    await file.truncate(wholeBytes);
  }
  // After a crash of the program alone, lines and even the file's name may be readable that are not yet on disk.
  await file.sync();
  await fs.syncDirectory(dirname(paths.journal));
  const migrated = version !== newestVersion(migrations);
  if (migrated) migrate(records, version, migrations);
  const data = new StoreData(collections, records);
  return { data, journal: new JournalFile(file, wholeBytes), commits, liveBytes, migrated };
}

async function readOrOffer({ fs, paths, migrations }: JournalSetup, file: OpenFile): Promise<JournalContent> {
  try {
    return await readJournal(file, paths.journal, newestVersion(migrations));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const lastGood = await describeLastGood(fs, paths, newestVersion(migrations));
    const [journal, broken] = [quoted(paths.journal), quoted(`${paths.journal}.broken`)];
    const cure =
      lastGood === undefined
        ? 'There is no last good copy that could be read.'
        : `There is a way back: ${lastGood}; changes made later are not in it. ` +
          `To go back: mv ${journal} ${broken} && mv ${quoted(paths.lastGood)} ${journal}`;
    throw new ApiError('unavailable', { message: `${error.message}. Nothing was changed. ${cure}`, cause: error });
  }
}

/** Undefined when there is none that this program can read. */
async function describeLastGood(fs: FileSystem, paths: JournalPaths, version: number): Promise<string | undefined> {
  const file = await fs.open(paths.lastGood);
  if (file === undefined) return undefined;
  try {
    const { records } = await readJournal(file, paths.lastGood, version);
    const count = [...records.values()].reduce((sum, collection) => sum + collection.size, 0);
    return `${basename(paths.lastGood)} can be read (records: ${count})`;
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
