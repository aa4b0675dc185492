/** Owns when clients of a load were served, as they have seen it themselves, and for how long each was not. */

export interface Service {
  /** An acknowledgement, or a message, has come. */
  served(): void;
  /** @param sinceMs by `performance.now()`; a silence that has begun before and ended later counts whole */
  longestSilenceMs(sinceMs: number): number;
}

export function noteService(): Service {
  let times = [performance.now()];
  return {
    served: () => void times.push(performance.now()),
    longestSilenceMs(sinceMs) {
      // Nobody asks for what was earlier.
      times = times.slice(
        Math.max(
          0,
          times.findLastIndex((atMs) => atMs < sinceMs),
        ),
      );
      const ends = [...times.slice(1), performance.now()];
      return Math.round(Math.max(...ends.map((endMs, i) => endMs - (times[i] ?? endMs))));
    },
  };
}

const TICK_MS = 20;

/** How long this process itself stood still: whoever measures here has seen nothing then. */
export function noteOwnStandstill(): Service & { stop(): void } {
  const service = noteService();
  const timer = setInterval(service.served, TICK_MS);
  return { ...service, stop: () => clearInterval(timer) };
}
