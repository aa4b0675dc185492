/** Owns a clock that moves from one callback to the next, and lets all the work that a callback began end before it goes on. */

import type { Clock } from '../../src/core/ports.ts';

export interface SteppingClock extends Clock {
  /** Runs whatever is due until then, each at its own moment. @param settled resolves when nothing is under way any more */
  runTo(atMs: number, settled: () => Promise<void>): Promise<void>;
  /** The machine sleeps: time passes and nothing runs; what was due meanwhile runs late. */
  sleep(ms: number): void;
}

export function steppingClock(startIso = '2026-11-21T00:00:00.000Z'): SteppingClock {
  let nowMs = Date.parse(startIso);
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  function takeDue(untilMs: number) {
    let next: { readonly at: number; readonly callback: () => void } | undefined;
    for (const timer of timers) if (timer.at <= untilMs && (!next || timer.at < next.at)) next = timer;
    if (next) timers.delete(next);
    return next;
  }

  return {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    after(delayMs, callback) {
      const timer = { at: nowMs + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async runTo(atMs, settled) {
      for (let timer = takeDue(atMs); timer; timer = takeDue(atMs)) {
        nowMs = Math.max(nowMs, timer.at);
        timer.callback();
        await settled();
      }
      nowMs = Math.max(nowMs, atMs);
    },
    sleep(ms) {
      nowMs += ms;
    },
  };
}

export interface CountingFetch {
  readonly fetcher: typeof fetch;
  /** Resolves when no request is under way and nothing that waited for one has anything left to do. */
  settled(): Promise<void>;
}

/** @param send makes the requests */
export function countingFetch(send: typeof fetch = fetch): CountingFetch {
  let inFlight = 0;
  return {
    async fetcher(input, init) {
      inFlight++;
      try {
        const response = await send(input, init);
        // Read whole, so that nothing is under way any more when this resolves.
        return new Response(await response.text(), response);
      } finally {
        inFlight--;
      }
    },
    async settled() {
      for (let quietTurns = 0; quietTurns < 4; quietTurns = inFlight === 0 ? quietTurns + 1 : 0) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}
