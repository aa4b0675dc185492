/** Owns the repetition of a look at something that tells nobody when it changes; no look begins before the last one has ended. */

import type { Clock } from '../core/ports.ts';

export interface Repeated {
  /** Looks now, or once more when the look that is under way has ended. */
  now(): void;
  /** Does not wait for a look that is under way: whoever is asked may be silent. */
  close(): void;
}

/** The first time at once. @param look must not reject */
export function repeat(clock: Clock, periodMs: number, look: () => Promise<void>): Repeated {
  let cancel = () => {};
  let isLooking = false;
  let isWantedAgain = false;
  let isClosed = false;

  async function run(): Promise<void> {
    isLooking = true;
    do {
      isWantedAgain = false;
      await look();
    } while (isWantedAgain && !isClosed);
    isLooking = false;
    if (!isClosed) cancel = clock.after(periodMs, now);
  }

  function now(): void {
    cancel();
    if (isLooking) isWantedAgain = true;
    else if (!isClosed) void run();
  }

  now();
  return {
    now,
    close() {
      isClosed = true;
      cancel();
    },
  };
}
