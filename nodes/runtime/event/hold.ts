/** Owns which state each thing is in as far as events tell, and the waiting of those that count only when they last. */

import type { Clock } from '../../../src/client/environment.ts';

export interface Hold {
  /**
   * The thing is in this state from now on; what waited for another state of it is dropped.
   * @returns whether that is a change
   */
  enter(thing: string, state: string): boolean;
  /** Calls back when the state it entered has lasted this much longer, at once for 0 or less; once for each stay. */
  wait(thing: string, delayMs: number, callback: () => void): void;
  /** The thing is gone. */
  forget(thing: string): void;
  close(): void;
}

interface Stay {
  readonly state: string;
  cancel: (() => void) | undefined;
}

export function createHold(clock: Clock): Hold {
  const stays = new Map<string, Stay>();

  function forget(thing: string): void {
    stays.get(thing)?.cancel?.();
    stays.delete(thing);
  }

  return {
    enter: (thing, state) => {
      if (stays.get(thing)?.state === state) return false;
      forget(thing);
      stays.set(thing, { state, cancel: undefined });
      return true;
    },
    wait: (thing, delayMs, callback) => {
      const stay = stays.get(thing);
      if (!stay || stay.cancel) return;
      stay.cancel = delayMs > 0 ? clock.after(delayMs, callback) : () => undefined;
      if (delayMs <= 0) callback();
    },
    forget,
    close: () => {
      for (const thing of [...stays.keys()]) forget(thing);
    },
  };
}
