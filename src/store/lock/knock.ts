/**
 * Owns how a process that cannot be seen is asked whether it is there: a file that it removes. It works wherever the folder itself is
 * shared, and costs no write while nobody asks.
 */

import { access, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Knocking {
  readonly answerEveryMs: number;
  /** How long an answer is waited for: an owner that needs longer has stopped by itself. */
  readonly patienceMs: number;
}

const KNOCKING: Knocking = { answerEveryMs: 1000, patienceMs: 5000 };

/** Whether somebody answered. */
export async function knock(path: string, knocking?: Partial<Knocking>): Promise<boolean> {
  const { answerEveryMs, patienceMs } = { ...KNOCKING, ...knocking };
  const file = fileOf(path);
  await writeFile(file, '', { mode: 0o600 });
  const untilMs = performance.now() + patienceMs;
  while (performance.now() < untilMs) {
    await sleep(answerEveryMs / 4);
    if (!(await exists(file))) return true;
  }
  await rm(file, { force: true });
  return false;
}

export interface Answering {
  /** Whether the lock is still our own. Once it is not, it never is again. */
  isOwn(): Promise<boolean>;
  close(): Promise<void>;
}

interface Owned {
  /** Looks whether the lock is ours: a knock on another's is not for us. */
  readonly isOwn: () => Promise<boolean>;
  /** Called once, as soon as it is not. */
  readonly onLost: () => void;
}

export function answerKnocks(path: string, { isOwn, onLost }: Owned, knocking?: Partial<Knocking>): Answering {
  const { answerEveryMs, patienceMs } = { ...KNOCKING, ...knocking };
  let lookedAtMs = performance.now();
  let isLost = false;
  let looking: Promise<void> = Promise.resolve();

  async function lookAndAnswer(): Promise<void> {
    if (isLost) return;
    const atMs = performance.now();
    if (await isOwn()) {
      lookedAtMs = atMs;
      await rm(fileOf(path), { force: true });
      return;
    }
    isLost = true;
    clearInterval(timer);
    onLost();
  }

  /** What a disk does not tell now, it tells the next time. */
  function look(): Promise<void> {
    looking = looking.then(lookAndAnswer).catch(() => undefined);
    return looking;
  }

  const timer = setInterval(look, answerEveryMs).unref();
  return {
    async isOwn() {
      // Whoever was frozen, as a container is that somebody pauses, may have been taken for gone.
      if (performance.now() - lookedAtMs > patienceMs / 2) await look();
      return !isLost;
    },
    async close() {
      clearInterval(timer);
      await looking;
    },
  };
}

function fileOf(path: string): string {
  return `${path}.knock`;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
