/** Owns when something is told on which topic: not before it is due, nor sooner than its listener can follow, and one at a time. Knows no message. */

import type { Clock } from '../core/ports.ts';

export interface Pace {
  /** The sooner of two plans counts. @param again also when it reads as before */
  plan(topic: string, delayMs: number, again: boolean): void;
  /** In place of what was planned. */
  planAnew(topics: Iterable<string>, delayMs: number): void;
  /** Nothing on this topic for so long. */
  rest(topic: string, ms: number): void;
  /** Does not wait for the next turn, where none is under way and the topic may be spoken on. */
  hurry(topic: string): void;
  /** Resolves when nothing is under way any more. */
  close(): Promise<void>;
}

interface Parts {
  readonly clock: Clock;
  /** In which order, of those that are planned. */
  readonly order: (planned: readonly string[]) => Iterable<string>;
  /** On the clock that nobody sets: whatever is planned, not before. */
  readonly notBeforeMs: (topic: string) => number;
  /** Never rejects. */
  readonly tell: (topic: string, again: boolean) => Promise<void>;
}

interface Due {
  readonly atMs: number;
  readonly again: boolean;
}

export function createPace({ clock, order, notBeforeMs, tell }: Parts): Pace {
  const due = new Map<string, Due>();
  const restsUntilMs = new Map<string, number>();
  let cancelTimer = () => {};
  let working: Promise<void> | undefined;
  let isClosed = false;

  function wait(): void {
    cancelTimer();
    if (isClosed || working !== undefined || due.size === 0) return;
    const nextMs = Math.min(...[...due.keys()].map(dueAtMs));
    cancelTimer = clock.after(Math.max(0, nextMs - clock.monotonicMs()), work);
  }

  function dueAtMs(topic: string): number {
    const plannedMs = due.get(topic)?.atMs ?? Number.POSITIVE_INFINITY;
    return Math.max(plannedMs, restsUntilMs.get(topic) ?? 0, notBeforeMs(topic));
  }

  function work(): void {
    if (working !== undefined) return;
    working = tellWhatIsDue().finally(() => {
      working = undefined;
      wait();
    });
  }

  async function tellWhatIsDue(): Promise<void> {
    for (const topic of order([...due.keys()])) {
      const planned = due.get(topic);
      if (!planned || dueAtMs(topic) > clock.monotonicMs() || isClosed) continue;
      due.delete(topic);
      await tell(topic, planned.again);
    }
  }

  return {
    plan(topic, delayMs, again) {
      const planned = due.get(topic);
      const atMs = clock.monotonicMs() + delayMs;
      due.set(topic, { atMs: Math.min(planned?.atMs ?? atMs, atMs), again: again || planned?.again === true });
      wait();
    },
    planAnew(topics, delayMs) {
      const atMs = clock.monotonicMs() + delayMs;
      for (const topic of topics) due.set(topic, { atMs, again: true });
      wait();
    },
    rest: (topic, ms) => void restsUntilMs.set(topic, clock.monotonicMs() + ms),
    hurry(topic) {
      if (dueAtMs(topic) <= clock.monotonicMs()) work();
    },
    async close() {
      isClosed = true;
      cancelTimer();
      await working;
    },
  };
}
