/** Owns time for restreamers that stand in: it moves in small steps, and waits after each until nothing is under way. */

import { type SteppingClock, steppingClock } from '../stepping-clock.ts';

export interface SteppedTime {
  readonly clock: SteppingClock;
  until(what: () => boolean): Promise<void>;
  pass(): Promise<void>;
}

const STEP_MS = 500;
const PASS_MS = 60_000;
const LIMIT_MS = 10 * 60_000;
/** On loopback, and in one process, whatever is under way moves on with every turn. */
const QUIET_TURNS = 40;

/** @param inFlight how many questions the stand-in has not answered yet */
export function steppedTime(inFlight: () => number): SteppedTime {
  const clock = steppingClock();

  async function settled(): Promise<void> {
    for (let quietTurns = 0; quietTurns < QUIET_TURNS; quietTurns = inFlight() === 0 ? quietTurns + 1 : 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  return {
    clock,
    async until(what) {
      await settled();
      for (const startMs = clock.now(); !what(); await clock.runTo(clock.now() + STEP_MS, settled)) {
        if (clock.now() - startMs > LIMIT_MS) throw new Error(`not within ten minutes: ${what}`);
      }
    },
    async pass() {
      const endMs = clock.now() + PASS_MS;
      while (clock.now() < endMs) await clock.runTo(clock.now() + STEP_MS, settled);
    },
  };
}
