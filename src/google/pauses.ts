/** Owns waiting: a pause ends when its time has come, or at once when everything is closed. */

import type { Clock } from '../core/ports.ts';

export interface Pauses {
  /** Resolves with false when there is no point in going on. */
  wait(ms: number): Promise<boolean>;
  close(): void;
}

export function createPauses(clock: Clock): Pauses {
  const ends = new Set<() => void>();
  let isClosed = false;
  return {
    wait: (ms) =>
      new Promise((resolve) => {
        if (isClosed) {
          resolve(false);
          return;
        }
        const cancel = clock.after(ms, () => {
          ends.delete(end);
          resolve(true);
        });
        const end = () => {
          cancel();
          resolve(false);
        };
        ends.add(end);
      }),
    close() {
      isClosed = true;
      for (const end of ends) end();
      ends.clear();
    },
  };
}
