/** Owns repetition by the clock; what is repeated must cope with the run before it still being under way. */

import type { Clock } from '../core/ports.ts';

/** The first time after one period. The result ends it. */
export function every(clock: Clock, periodMs: number, run: () => void): () => void {
  let cancel = (): void => undefined;
  const wait = () => {
    cancel = clock.after(periodMs, () => {
      wait();
      run();
    });
  };
  wait();
  return () => cancel();
}
