/** Owns whose job runs next where only few run at once: keys take turns, so that nobody waits for all of somebody else's jobs. */

interface Room {
  /** How many run at once. */
  readonly running: number;
  /** How many of one key may wait; absent: any number. */
  readonly waitingPerKey?: number;
  /** How many may wait in all. */
  readonly waiting?: number;
}

export interface FairQueue {
  /** Whether a job of this key would run at once or could wait. */
  hasRoomFor(key: string): boolean;
  /** Runs a job when its turn has come, whether or not there was room. */
  run<T>(key: string, job: () => Promise<T>): Promise<T>;
}

const ANY_NUMBER = Number.POSITIVE_INFINITY;

export function createFairQueue(room: Room): FairQueue {
  const { waitingPerKey = ANY_NUMBER, waiting: mostWaiting = ANY_NUMBER } = room;
  /** What waits, by key; the key whose turn is next comes first. */
  const queues = new Map<string, (() => void)[]>();
  let running = 0;
  let waiting = 0;

  function wait(key: string): Promise<void> {
    return new Promise((resolve) => {
      queues.set(key, [...(queues.get(key) ?? []), resolve]);
      waiting += 1;
    });
  }

  /** The next one takes over the place of the one before, so that nobody who comes later gets it first. */
  function goOn(after: string): void {
    // Whoever has just had a turn is behind all others, also behind those who have come since.
    const key = [...queues.keys()].find((other) => other !== after) ?? after;
    const [next, ...rest] = queues.get(key) ?? [];
    queues.delete(key);
    if (rest.length > 0) queues.set(key, rest);
    if (next === undefined) {
      running -= 1;
      return;
    }
    waiting -= 1;
    next();
  }

  return {
    hasRoomFor(key) {
      if (running < room.running) return true;
      return waiting < mostWaiting && (queues.get(key)?.length ?? 0) < waitingPerKey;
    },
    async run(key, job) {
      if (running < room.running) running += 1;
      else await wait(key);
      try {
        return await job();
      } finally {
        goOn(key);
      }
    },
  };
}
