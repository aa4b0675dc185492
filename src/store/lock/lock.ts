/**
 * Owns the lock file that keeps a second process away from the store, also one of another container or another machine: whoever cannot see
 * the owner knocks, and an owner that is there answers. See ADR 7.
 */

import { randomUUID } from 'node:crypto';
import { link, readFile, rm } from 'node:fs/promises';
import { ApiError } from '../../protocol/api-error.ts';
import { createForOwner } from '../../system/owner.ts';
import { answerKnocks, type Knocking, knock } from './knock.ts';
import { isRunning, type Owner, ownOwner, parseOwner } from './owner.ts';

export interface Lock {
  /** Whether nobody else has taken it. */
  isOwn(): Promise<boolean>;
  release(): Promise<void>;
}

interface Options extends Partial<Knocking> {
  /** Called once, when somebody else has taken it: nothing may be written any more. */
  readonly onLost?: () => void;
}

const ATTEMPTS = 5;

/**
 * Takes over the lock of a process that is gone.
 * @throws ApiError `unavailable` that names the owner
 */
export async function lock(path: string, { onLost = () => undefined, ...knocking }: Options = {}): Promise<Lock> {
  const own = await take(path, knocking);
  const answering = answerKnocks(path, { isOwn: () => isStillOwn(path, own), onLost }, knocking);
  return {
    isOwn: () => answering.isOwn(),
    async release() {
      await answering.close();
      await removeOwn(path, own);
    },
  };
}

/** A lock that somebody has removed by hand is put back. @throws whatever keeps it from being read */
async function isStillOwn(path: string, own: Owner): Promise<boolean> {
  try {
    return parseOwner(await readFile(path, 'utf8'))?.id === own.id;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return create(path, JSON.stringify(own));
  }
}

async function take(path: string, knocking: Partial<Knocking>): Promise<Owner> {
  const own = await ownOwner();
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await create(path, JSON.stringify(own))) return own;
    const found = await read(path);
    if (found === undefined) continue;
    const owner = parseOwner(found);
    if (owner !== undefined) await refuseIfAlive(path, owner, knocking);
    await removeStale(path, found, knocking);
  }
  throw new ApiError('unavailable', { message: `${path} changes hands too often: is another process starting?` });
}

async function refuseIfAlive(path: string, owner: Owner, knocking: Partial<Knocking>): Promise<void> {
  const seen = await isRunning(owner);
  if (seen === true) throw inUse(path, `the process ${owner.pid}`);
  if (seen === undefined && (await knock(path, knocking))) throw inUse(path, 'another container or another machine');
}

// A link appears at once and complete, and fails where there is one already.
async function create(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  try {
    const file = await createForOwner(draft);
    await file.writeFile(content).finally(() => file.close());
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
async function removeStale(path: string, stale: string, knocking: Partial<Knocking>): Promise<void> {
  const takeover = `${path}.takeover`;
  const own = await take(takeover, knocking);
  try {
    if ((await read(path)) === stale) await rm(path);
  } finally {
    await removeOwn(takeover, own);
  }
}

async function removeOwn(path: string, own: Owner): Promise<void> {
  if (parseOwner((await read(path)) ?? '')?.id === own.id) await rm(path, { force: true });
}

function inUse(path: string, owner: string): ApiError {
  const message = `the store is in use by ${owner}, which holds ${path}. Stop that first`;
  return new ApiError('unavailable', { message });
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
