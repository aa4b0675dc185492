/** Owns work that failed and must still be done: tries again, ever more slowly, until it succeeds. */

import { doubledMs } from '../../connection/back-off.ts';
import type { Clock, Log } from '../ports.ts';

export interface Retries {
  /** Does the work soon; asking again while it waits changes nothing. */
  later(key: string): void;
  /** Tries nothing more, and waits for what is under way. */
  close(): Promise<void>;
}

const FIRST_MS = 1000;
const LONGEST_MS = 60_000;

/** Doubles the pause from one second to one minute. */
export function createRetries(work: (key: string) => Promise<void>, clock: Clock, log: Log): Retries {
  const waiting = new Map<string, () => void>();
  const running = new Set<Promise<void>>();
  let isClosed = false;

  function wait(key: string, failures: number): void {
    if (isClosed || waiting.has(key)) return;
    const pauseMs = doubledMs(failures + 1, { firstMs: FIRST_MS, longestMs: LONGEST_MS });
    const cancel = clock.after(pauseMs, () => {
      waiting.delete(key);
      const attempt = run(key, failures).finally(() => running.delete(attempt));
      running.add(attempt);
    });
    waiting.set(key, cancel);
  }

  async function run(key: string, failures: number): Promise<void> {
    try {
      await work(key);
    } catch (error) {
      log.warn({ err: error, key, attempts: failures + 1 }, 'unfinished work could not be finished; trying again');
      wait(key, failures + 1);
    }
  }

  return {
    later: (key) => wait(key, 0),
    async close() {
      isClosed = true;
      for (const cancel of waiting.values()) cancel();
      waiting.clear();
      await Promise.all(running);
    },
  };
}
