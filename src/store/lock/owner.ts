/** Owns who holds a lock: a process, told from all later ones with its number, and from those that its machine hides from us. */

import { randomUUID } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';

export interface Owner {
  /** Of this one lock. */
  readonly id: string;
  readonly pid: number;
  /** Tells the owner from a later process with its pid: in a restarted container it is 1 each time. Null where unknown. */
  readonly started: string | null;
  /** Whose processes the owner sees: each container has a space of its own. Null where unknown, and in the locks of 0.1. */
  readonly space: string | null;
}

export async function ownOwner(): Promise<Owner> {
  return { id: randomUUID(), pid: process.pid, started: await startOf(process.pid), space: await ownSpace() };
}

/** Undefined for what a power cut left behind. */
export function parseOwner(content: string): Owner | undefined {
  try {
    const { id, pid, started, space } = JSON.parse(content);
    if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
    return { id: textOr(id, ''), pid, started: textOr(started, null), space: textOr(space, null) };
  } catch {
    return undefined;
  }
}

/** Undefined where this process cannot see the owner, whether or not it runs: it is in another container, or on another machine. */
export async function isRunning({ pid, started, space }: Owner): Promise<boolean | undefined> {
  const isNear = space === null || (space === (await ownSpace()) && bootOf(started) === (await ownBoot()));
  if (!isNear) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, under another user.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const startedNow = await startOf(pid);
  return started === null || startedNow === null || startedNow === started;
}

/** When the process began, within this boot of the machine; null where /proc does not tell. */
async function startOf(pid: number): Promise<string | null> {
  const [boot, stat] = await Promise.all([ownBoot(), readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)]);
  if (boot === undefined || stat === undefined) return null;
  // proc_pid_stat(5): the second field, in parentheses, may hold spaces; the third is the state, the 22nd the start time.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z') return 'ended';
  return `${boot}/${rest[18]}`;
}

async function ownBoot(): Promise<string | undefined> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => undefined);
  return boot?.trim();
}

function bootOf(started: string | null): string | undefined {
  return started?.split('/')[0];
}

/** proc_pid_namespaces(7): the same for all processes that see one another. */
async function ownSpace(): Promise<string | null> {
  return readlink('/proc/self/ns/pid').catch(() => null);
}

function textOr<T>(value: unknown, otherwise: T): string | T {
  return typeof value === 'string' ? value : otherwise;
}
