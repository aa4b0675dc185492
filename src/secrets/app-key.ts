/** Owns the key that secrets at rest are sealed with: the one given, or the one kept in the data directory. */

import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiError } from '../protocol/api-error.ts';
import { writeForOwner } from '../system/owner.ts';
import type { FoundKey } from './key-check.ts';

const MIN_LENGTH = 32;
const GENERATED_BYTES = 32;

/**
 * @param given any text of at least 32 characters, e.g. 32 random bytes in hexadecimal or base64
 * @returns `given`, else the content of `app.key` in `dir`, which is made where it is absent
 * @throws ApiError `unavailable` when the key is too short to be one
 */
export async function findAppKey(dir: string, given: string | undefined): Promise<string> {
  const { key, source } = await lookForAppKey(dir, given);
  return key ?? checked(await make(dir, source), source);
}

/** The same, but none is made. @throws ApiError `unavailable` when the key is too short to be one */
export async function lookForAppKey(dir: string, given: string | undefined): Promise<FoundKey> {
  if (given !== undefined) return { key: checked(given, 'APP_KEY'), source: 'APP_KEY' };
  const source = join(dir, 'app.key');
  const text = await read(source);
  return { key: text === undefined ? undefined : checked(text, source), source };
}

function checked(text: string, source: string): string {
  const key = text.trim();
  if (key.length >= MIN_LENGTH) return key;
  const message = `${source} must have at least ${MIN_LENGTH} characters, not ${key.length}`;
  throw new ApiError('unavailable', { message });
}

// On disk before it is used: what is sealed under a key that a power cut takes away is lost.
async function make(dir: string, path: string): Promise<string> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const key = randomBytes(GENERATED_BYTES).toString('base64url');
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeForOwner(draft, `${key}\n`);
    await link(draft, path);
  } catch (error) {
    // Another process was faster: its key is the one.
    const theirs = await read(path);
    if (theirs === undefined) throw error;
    return theirs;
  } finally {
    await rm(draft, { force: true });
  }
  await syncDirectory(dir);
  return key;
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function syncDirectory(dir: string): Promise<void> {
  // Windows cannot open a directory, and needs no such call.
  if (process.platform === 'win32') return;
  const directory = await open(dir, 'r');
  await directory.sync().finally(() => directory.close());
}
