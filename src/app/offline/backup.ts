/**
 * Owns a backup: every file of a data folder that another start needs, in one file that was read back before it gets its name. It is made
 * while a service runs or not, and brought back into an empty folder only.
 */

import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Backups as BackupCommands } from '../../cli/program.ts';
import type { Config } from '../../config/config.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { isObject } from '../../protocol/envelope.ts';
import { assertKeyFits } from '../../secrets/key-check.ts';
import { hasStore, storeOf } from '../../store/look.ts';
import { writeForOwner } from '../../system/owner.ts';
import { ALL_COLLECTIONS } from '../collections.ts';
import { type Counts, countsOf } from './counts.ts';

/** By name in the data folder. */
type Files = ReadonlyMap<string, Buffer>;

const FORMAT = 'nestmtx-bridge-backup-1';
const JOURNAL = 'store.journal';
const KEY = 'app.key';
/** The journal last: where it is, there is a store. */
const NAMES = [KEY, 'https/cert.pem', 'https/key.pem', 'broker.journal', JOURNAL];

interface Backups extends BackupCommands {
  /** As one file, read back and checked. */
  make(): Promise<{ readonly bytes: Buffer; readonly counts: Counts }>;
  /** How much is in a file that `make` has made. @throws ApiError `unavailable` for another, and for a damaged one */
  check(bytes: Uint8Array): Promise<Counts>;
}

export function backups({ dataDir: dir, appKey: given }: Config): Backups {
  async function filesHere(): Promise<Files> {
    if (!hasStore(dir)) throw refusal(`there is no store in ${dir}: no service was started there`);
    const found = await Promise.all(NAMES.map(async (name) => [name, await contentOf(join(dir, name))] as const));
    return new Map(found.flatMap(([name, content]) => (content ? [[name, content] as const] : [])));
  }

  async function check(files: Files): Promise<Counts> {
    const journal = files.get(JOURNAL);
    if (journal === undefined) throw refusal('there is no store in it');
    const own = files.get(KEY)?.toString().trim();
    if (given !== undefined && own !== undefined && given.trim() !== own)
      throw refusal('APP_KEY is another than the key that was saved');
    const found = { key: given ?? own, source: given === undefined ? KEY : 'APP_KEY' };
    const read = async (into: Uint8Array, position: number) => journal.copy(into, 0, position);
    const admits = (records: Parameters<typeof assertKeyFits>[0]) => assertKeyFits(records, found);
    return countsOf(await storeOf({ read }, JOURNAL, { collections: ALL_COLLECTIONS, admits }));
  }

  return {
    async make() {
      const bytes = await encode(await filesHere());
      return { bytes, counts: await check(await decode(bytes)) };
    },
    check: async (bytes) => check(await decode(Buffer.from(bytes))),
    async backup(path) {
      if (existsSync(path)) throw refusal(`${path} is there already`);
      const files = await filesHere();
      const draft = `${path}.unchecked`;
      try {
        await writePrivate(draft, await encode(files));
        const counts = await check(await decode(await readFile(draft)));
        await rename(draft, path);
        return counts;
      } finally {
        await rm(draft, { force: true });
      }
    },

    async restore(path) {
      const files = await decode(await readFile(path));
      const counts = await check(files);
      const there = NAMES.find((name) => existsSync(join(dir, name)));
      if (there !== undefined) throw refusal(`${dir} is not empty: there is ${there}`);
      await write(dir, files);
      return counts;
    },
  };
}

async function contentOf(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writePrivate(path: string, content: Buffer): Promise<void> {
  await rm(path, { force: true });
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** All or nothing. */
async function write(dir: string, files: Files): Promise<void> {
  const written: string[] = [];
  try {
    for (const name of NAMES) {
      const content = files.get(name);
      if (content === undefined) continue;
      const path = join(dir, name);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      written.push(path);
      await writeForOwner(path, content);
    }
  } catch (error) {
    for (const path of written) await rm(path, { force: true });
    throw error;
  }
}

function encode(files: Files): Promise<Buffer> {
  const entries = [...files].map(([name, content]) => ({
    name,
    sha256: hash('sha256', content),
    content: content.toString('base64'),
  }));
  return promisify(gzip)(JSON.stringify({ format: FORMAT, files: entries }));
}

async function decode(bytes: Buffer): Promise<Files> {
  const value = await parsed(bytes);
  if (!isObject(value) || value['format'] !== FORMAT || !Array.isArray(value['files']))
    throw refusal('the file is none that backup has written, or it is damaged');
  return new Map(value['files'].map(fileOf));
}

async function parsed(bytes: Buffer): Promise<unknown> {
  try {
    return JSON.parse((await promisify(gunzip)(bytes)).toString());
  } catch {
    return undefined;
  }
}

function fileOf(entry: unknown): readonly [string, Buffer] {
  const { name, sha256, content } = isObject(entry) ? entry : {};
  const known = NAMES.find((own) => own === name);
  const bytes = Buffer.from(String(content), 'base64');
  if (known === undefined || hash('sha256', bytes) !== sha256) throw refusal(`${String(name)} in the file is damaged`);
  return [known, bytes];
}

function refusal(message: string): ApiError {
  return new ApiError('unavailable', { message });
}
