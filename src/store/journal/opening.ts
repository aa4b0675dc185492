/** Owns the start: a fresh journal, or the records of an existing one. What it cannot read it keeps, and says how to go back. */

import { basename, dirname } from 'node:path';
import type { Log } from '../../core/ports.ts';
import type { Store } from '../../core/store.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { type FileSystem, type OpenFile, writeAll } from '../file-system.ts';
import { type Migration, migrate, newestVersion } from '../migrations.ts';
import { type Place, refuseCopy, takePlace } from '../place.ts';
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
  /** Where it may be the copy of a cluster's log: what it says of that. Absent: it must be none. */
  readonly onPlace?: ((place: Place | undefined) => void) | undefined;
  /** Sees what is there before anything is written, and refuses it by throwing. */
  readonly admits?: Admits | undefined;
}

export type Admits = (records: Pick<Store, 'collection'>) => void;

const CHUNK_BYTES = 1 << 20;

interface OpenedJournal {
  readonly data: StoreData;
  readonly journal: JournalFile;
  /** Lines behind the snapshot. */
  readonly commits: number;
  /** What the file's size would be after a compaction, about. */
  readonly liveBytes: number;
  /** The file still holds the records as they were before the migrations, or in the form of an older program. */
  readonly isOld: boolean;
  /** There was none before. */
  readonly isFirst: boolean;
  readonly hasLastGood: boolean;
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
  const journal = await writeSnapshot(fs, paths.fresh, newestVersion(migrations), data.records());
  await install(fs, paths);
  const lastGood = await writeSnapshot(fs, paths.lastGood, newestVersion(migrations), data.records());
  await lastGood.close();
  await fs.syncDirectory(dirname(paths.lastGood));
  return { data, journal, commits: 0, liveBytes: journal.size, isOld: false, isFirst: true, hasLastGood: true };
}

// A first start leaves no traces: where there is a last good journal, the journal itself has been lost.
async function refuseIfMissing(fs: FileSystem, paths: JournalPaths): Promise<void> {
  if (!(await exists(fs, paths.lastGood))) return;
  const cure = `to go back to that: mv ${quoted(paths.lastGood)} ${quoted(paths.journal)}`;
  const message = `${paths.journal} is missing, but there is ${paths.lastGood}. Nothing was changed; ${cure}`;
  throw new ApiError('unavailable', { message });
}

async function resume(setup: JournalSetup, file: OpenFile): Promise<OpenedJournal> {
  const { fs, paths, collections, migrations, admits, onPlace } = setup;
  const { header, records, wholeBytes, tornBytes, nextNumber, commits, liveBytes } = await readOrOffer(setup, file);
  const { version, salt } = header;
  const isOld = version !== newestVersion(migrations) || salt === undefined;
  if (isOld) migrate(records, version, migrations);
  const place = takePlace(records);
  if (onPlace === undefined) refuseCopy(place, paths.journal);
  else onPlace(place);
  const data = new StoreData(collections, records);
  admits?.({ collection: (spec) => data.table(spec) });
  if (tornBytes > 0) await cutOff(setup, file, wholeBytes, tornBytes);
  // After a crash of the program alone, lines and even the file's name may be readable that are not yet on disk.
  await file.sync();
  await fs.syncDirectory(dirname(paths.journal));
  const journal = new JournalFile(file, salt ?? '', { sizeBytes: wholeBytes, number: nextNumber });
  const hasLastGood = await exists(fs, paths.lastGood);
  return { data, journal, commits, liveBytes, isOld, isFirst: false, hasLastGood };
}

async function cutOff({ fs, paths, log }: JournalSetup, file: OpenFile, byte: number, tornBytes: number) {
  const kept = await keepAside(fs, paths, file, byte).catch((error: unknown) => {
    log.warn({ err: error, file: paths.torn }, 'what is cut off from the journal could not be kept aside');
  });
  const fields = { file: paths.journal, byte, tornBytes, ...(kept === undefined ? {} : { kept }) };
  log.warn(fields, 'cut off a torn end of the journal; it was never acknowledged');
  await file.truncate(byte);
}

/** @returns where it is kept */
async function keepAside(fs: FileSystem, paths: JournalPaths, file: OpenFile, from: number): Promise<string> {
  const torn = await fs.create(paths.torn);
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let done = 0; ; ) {
      const length = await file.read(chunk, from + done);
      if (length === 0) break;
      await writeAll(torn, chunk.subarray(0, length), done);
      done += length;
    }
    await torn.sync();
  } finally {
    await torn.close();
  }
  return paths.torn;
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

async function exists(fs: FileSystem, path: string): Promise<boolean> {
  const file = await fs.open(path);
  await file?.close();
  return file !== undefined;
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
