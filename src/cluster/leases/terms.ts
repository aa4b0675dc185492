/** Owns who works while a lease is ours: each is begun and ended again and again, one time after the other. */

import type { Begin, Leadership, Term } from '../../core/cluster/leadership.ts';
import type { Log } from '../../core/ports.ts';

export interface Terms {
  readonly whileLeading: Leadership['whileLeading'];
  /** @param now undefined: it is ours no more */
  turn(now: Term | undefined): void;
  /** All have ended their work. */
  close(): Promise<void>;
}

export function createTerms(log: Log): Terms {
  const workers = new Set<Worker>();
  let now: Term | undefined;
  let isClosed = false;
  return {
    whileLeading(begin) {
      const worker = createWorker(begin, log);
      workers.add(worker);
      if (!isClosed) void worker.turn(now);
      return () => {
        workers.delete(worker);
        return worker.turn(undefined);
      };
    },
    turn(next) {
      if (isClosed) return;
      now = next;
      for (const worker of workers) void worker.turn(now);
    },
    async close() {
      isClosed = true;
      await Promise.all([...workers].map((worker) => worker.turn(undefined)));
    },
  };
}

interface Worker {
  /** Never rejects. */
  turn(now: Term | undefined): Promise<void>;
}

function createWorker(begin: Begin, log: Log): Worker {
  let wanted: Term | undefined;
  let working: Term | undefined;
  let end: () => void | Promise<void> = () => undefined;
  let isTurning = false;
  let turned: Promise<void> = Promise.resolve();
  const failed = (error: unknown) => log.error({ err: error }, 'what only one bridge does could not be begun or ended');

  async function settle(): Promise<void> {
    isTurning = true;
    while (working !== wanted) {
      try {
        if (working !== undefined) {
          working = undefined;
          await end();
        } else if (wanted !== undefined) {
          working = wanted;
          end = () => undefined;
          end = begin(wanted);
        }
      } catch (error) {
        failed(error);
      }
    }
    isTurning = false;
  }

  return {
    turn(now) {
      wanted = now;
      // What is turning looks again before it ends.
      if (!isTurning) turned = settle();
      return turned;
    },
  };
}
