/** Owns how many jobs run side by side; the others wait in the order in which they came. */

/** @returns a function that runs a job as soon as fewer than `limit` are running */
export function takeTurns(limit: number): <T>(job: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (job) => {
    if (running < limit) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await job();
    } finally {
      // The next one takes over the place, so that nobody who comes later gets it first.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
