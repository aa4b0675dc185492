/** Owns a question that is asked for ever: with back-off until there is a good answer, then now and again. */

import { backOffMs } from '../src/connection/back-off.ts';
import type { Clock } from '../src/core/ports.ts';

export interface Rhythm {
  readonly clock: Clock;
  /** Gives numbers in [0, 1). */
  readonly random: () => number;
}

const LEISURE_MS = 60_000;

/**
 * The first time at once. The result ends it.
 * @param ask resolves with whether the answer is good for a while; never rejects
 */
export function keepAsking({ clock, random }: Rhythm, ask: () => Promise<boolean>): () => void {
  let isOver = false;
  let failures = 0;
  let cancel = (): void => undefined;

  async function next(): Promise<void> {
    failures = (await ask()) ? 0 : failures + 1;
    if (isOver) return;
    cancel = clock.after(failures === 0 ? LEISURE_MS : backOffMs(failures, random), () => void next());
  }

  void next();
  return () => {
    isOver = true;
    cancel();
  };
}
