/** Owns a look into the store of a directory: what is durable there, with changes that stay in memory. It writes nothing and needs no lock. */

import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Low } from 'lowdb';
import type { Store } from '../core/store.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { OpenFile } from './file-system.ts';
import { readJournal } from './journal/reader.ts';
import { lowStore } from './low-store.ts';
import { MemoryAdapter, memoryStore } from './memory-store.ts';
import { MIGRATIONS, migrate, newestVersion } from './migrations.ts';
import type { StoreOptions } from './open-store.ts';
import { takePlace } from './place.ts';
import { StoreData } from './store-data.ts';

/**
 * A torn last line is passed over: it was never acknowledged, or is just being written.
 * @returns an empty one where none was ever made
 * @throws ApiError `unavailable` when the journal cannot be read
 */
export async function lookIntoStore(options: Pick<StoreOptions, 'dir' | 'collections' | 'admits'>): Promise<Store> {
  const { dir, collections } = options;
  const path = join(dir, 'store.journal');
  const file = (await openToRead(path)) ?? (await refuseIfLost(path));
  if (file === undefined) return memoryStore(collections);
  try {
    return await storeOf(file, path, options);
  } finally {
    await file.close();
  }
}

/** The same for a journal that is somewhere else, such as in a backup. @param path for the words of errors */
export async function storeOf(
  file: Pick<OpenFile, 'read'>,
  path: string,
  { collections, admits }: Pick<StoreOptions, 'collections' | 'admits'>,
): Promise<Store> {
  const { records, header } = await readJournal(file, path, newestVersion(MIGRATIONS));
  migrate(records, header.version, MIGRATIONS);
  takePlace(records);
  const data = new StoreData(collections, records);
  admits?.({ collection: (spec) => data.table(spec) });
  return lowStore(new Low(new MemoryAdapter(), data), { fault: null, trouble: null, close: async () => undefined });
}

/** Whether a store was ever made there. */
export function hasStore(dir: string): boolean {
  return ['store.journal', 'store.journal.last-good'].some((name) => existsSync(join(dir, name)));
}

/** Where only the last good copy is left, the store has been lost and not never made. */
async function refuseIfLost(path: string): Promise<undefined> {
  const lastGood = await openToRead(`${path}.last-good`);
  if (lastGood === undefined) return undefined;
  await lastGood.close();
  throw new ApiError('unavailable', { message: `${path} is missing, but there is ${path}.last-good` });
}

async function openToRead(path: string) {
  try {
    const handle = await open(path, 'r');
    return {
      read: async (into: Uint8Array, position: number) => (await handle.read(into, 0, into.length, position)).bytesRead,
      close: () => handle.close(),
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
