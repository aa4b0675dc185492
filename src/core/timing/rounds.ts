/** Owns work that is done again and again: never twice at a time, after a pause, and at once when somebody asks for it. */

import type { Clock } from '../ports.ts';

export interface Rounds {
  /** Begins a round, or another one soon after the one that is under way. */
  now(): void;
  readonly isClosed: boolean;
  /** Begins no more. Resolves when the one that is under way is over. */
  close(): Promise<void>;
}

interface Parts {
  readonly clock: Clock;
  /** Must not reject. */
  readonly round: () => Promise<void>;
  /** Until the next one, asked when a round is over. */
  readonly pauseMs: () => number;
}

/** Whoever asks while a round is under way often asks again: the next one takes in several of them. */
const AGAIN_MS = 250;

/** The first round begins with the first `now`. */
export function createRounds({ clock, round, pauseMs }: Parts): Rounds {
  let underWay: Promise<void> | undefined;
  let isDueAgain = false;
  let isClosed = false;
  let cancelNext = () => {};

  function now(): void {
    cancelNext();
    if (isClosed) return;
    if (underWay !== undefined) {
      isDueAgain = true;
      return;
    }
    underWay = round().finally(() => {
      underWay = undefined;
      const delayMs = isDueAgain ? AGAIN_MS : pauseMs();
      isDueAgain = false;
      if (!isClosed) cancelNext = clock.after(delayMs, now);
    });
  }

  return {
    now,
    get isClosed() {
      return isClosed;
    },
    async close() {
      isClosed = true;
      cancelNext();
      await underWay;
    },
  };
}
