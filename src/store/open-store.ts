/** Owns opening the durable store of one directory: its lock, its journal, and lowdb above both. */

import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Low } from 'lowdb';
import type { Log } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { CommitLog } from './commit-log.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';
import type { JournalPaths } from './journal/compaction.ts';
import { JournalLog, type JournalOptions } from './journal/journal-log.ts';
import type { Admits } from './journal/opening.ts';
import type { Knocking } from './lock/knock.ts';
import { lock } from './lock/lock.ts';
import { LogAdapter } from './log-adapter.ts';
import { lowStore } from './low-store.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';
import { type AnyCollection, StoreData } from './store-data.ts';

export interface StoreOptions {
  /** Is made where it is absent, for its owner only. */
  readonly dir: string;
  readonly log: Log;
  readonly collections: readonly AnyCollection[];
  readonly fs?: FileSystem;
  readonly migrations?: readonly Migration[];
  readonly slackBytes?: number;
  readonly lockTiming?: Partial<Knocking>;
  /** Called when another process has taken the folder: whatever is written there now harms what that one has. Ends the process when absent. */
  readonly onFolderLost?: (reason: string) => void;
  /** Sees what is there before anything is written, and refuses it by throwing. */
  readonly admits?: Admits;
}

const SLACK_BYTES = 4 * 1024 * 1024;

const FOLDER_LOST = 'another process has taken over the data folder, since this one did not answer for too long';

/** A log whose copy may lie in the folder; by default it lies there itself, alone. */
type LogOver = (journal: JournalOptions) => CommitLog;

const itself: LogOver = (journal) => new JournalLog(journal);

/** @throws ApiError `unavailable` when another process has the store open, or when the journal cannot be read */
export async function openStore(options: StoreOptions, over = itself): Promise<Store> {
  const { dir, log, collections, fs = nodeFileSystem, migrations = MIGRATIONS, slackBytes = SLACK_BYTES } = options;
  const { admits } = options;
  const madeFirst = await mkdir(dir, { recursive: true, mode: 0o700 });
  if (madeFirst !== undefined) await nodeFileSystem.syncDirectory(dirname(madeFirst));
  const paths = pathsIn(dir);
  const { lockTiming, onFolderLost = (reason) => leave(log, reason) } = options;
  const locking = lock(join(dir, 'store.lock'), { ...lockTiming, onLost: () => onFolderLost(FOLDER_LOST) });
  const held = await locking.catch((error: unknown) => {
    throw inWords(error, dir);
  });
  try {
    const mayWrite = async () => ((await held.isOwn()) ? null : FOLDER_LOST);
    const commits = over({ fs, paths, log, collections, migrations, slackBytes, mayWrite, admits });
    const adapter = new LogAdapter(commits, log);
    const db = new Low<StoreData>(adapter, new StoreData(collections));
    await db.read();
    return lowStore(db, {
      get fault() {
        return adapter.fault;
      },
      get trouble() {
        return adapter.trouble;
      },
      close: () => adapter.close(db.data).finally(() => held.release()),
    });
  } catch (error) {
    await held.release();
    throw inWords(error, dir);
  }
}

function pathsIn(dir: string): JournalPaths {
  const journal = join(dir, 'store.journal');
  return { journal, lastGood: `${journal}.last-good`, fresh: `${journal}.new`, torn: `${journal}.torn` };
}

/** For whoever reads the last line before the service ends. */
function inWords(error: unknown, dir: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  const message = `there is no room on the disk of ${dir}: make some, and start again. Nothing was changed`;
  return new ApiError('unavailable', { message, cause: error });
}

/** At once: an orderly end would write into what belongs to somebody else. */
function leave(log: Log, reason: string): never {
  log.error({}, `${reason}: the service ends`);
  process.exit(1);
}
