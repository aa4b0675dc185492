/**
 * Owns the lock file that keeps a second process away from the store. It cannot see processes of another container:
 * two containers must not share one directory.
 */

import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { ApiError } from '../protocol/api-error.ts';

interface Owner {
  readonly pid: number;
  /** Tells the owner from a later process with its pid: in a restarted container it is 1 each time. Null where unknown. */
  readonly started: string | null;
}

const ATTEMPTS = 5;

/**
 * Takes over the lock of a process that is gone.
 * @returns what gives the lock up
 * @throws ApiError `unavailable` that names the pid of the owner
 */
export async function lock(path: string): Promise<() => Promise<void>> {
  const own = JSON.stringify({ pid: process.pid, started: await startOf(process.pid) } satisfies Owner);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await create(path, own)) return () => rm(path, { force: true });
    const found = await read(path);
    if (found === undefined) continue;
    const owner = parse(found);
    if (owner !== undefined && (await isRunning(owner))) throw inUse(path, owner.pid);
    await removeStale(path, found);
  }
  throw new ApiError('unavailable', { message: `${path} changes hands too often: is another process starting?` });
}

// A link appears at once and complete, and fails where there is one already.
async function create(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, content, { mode: 0o600, flag: 'wx' });
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

// One at a time, by a lock of its own: of two processes that found the same lock stale, the slower must not remove the faster's.
async function removeStale(path: string, stale: string): Promise<void> {
  const release = await lock(`${path}.takeover`);
  try {
    if ((await read(path)) === stale) await rm(path);
  } finally {
    await release();
  }
}

async function isRunning({ pid, started }: Owner): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, under another user.
    if (codeOf(error) !== 'EPERM') return false;
  }
  const startedNow = await startOf(pid);
  return started === null || startedNow === null || startedNow === started;
}

/** When the process began, within this boot of the machine; null where /proc does not tell. */
async function startOf(pid: number): Promise<string | null> {
  const [boot, stat] = await Promise.all([read('/proc/sys/kernel/random/boot_id'), read(`/proc/${pid}/stat`)]);
  if (boot === undefined || stat === undefined) return null;
  // proc_pid_stat(5): the second field, in parentheses, may hold spaces; the third is the state, the 22nd the start time.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z') return 'ended';
  return `${boot.trim()}/${rest[18]}`;
}

function parse(content: string): Owner | undefined {
  try {
    const { pid, started } = JSON.parse(content);
    if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
    return { pid, started: typeof started === 'string' ? started : null };
  } catch {
    // Left behind by a power cut.
    return undefined;
  }
}

function inUse(path: string, pid: number): ApiError {
  const message = `the store is in use by the process ${pid}, which holds ${path}. Stop that process first`;
  return new ApiError('unavailable', { message });
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
