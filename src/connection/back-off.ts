/** Owns how long to wait before something is tried again; counts nothing itself. */

interface Bounds {
  readonly firstMs: number;
  readonly longestMs: number;
}

const SHORTEST_MS = 500;
const LONGEST_MS = 30_000;

/** The pause after this many failures in a row, 1 or more: doubles each time, up to the longest. */
export function doubledMs(failures: number, { firstMs, longestMs }: Bounds): number {
  return Math.min(longestMs, firstMs * 2 ** (failures - 1));
}

/**
 * For connections. Exponential with full jitter, 0.5 s to 30 s: clients of a restarted broker must not all come back at one moment.
 * @param failures how many attempts have failed in a row, 1 or more
 * @param random gives numbers in [0, 1)
 */
export function backOffMs(failures: number, random: () => number): number {
  const ceilingMs = doubledMs(failures, { firstMs: 2 * SHORTEST_MS, longestMs: LONGEST_MS });
  return SHORTEST_MS + random() * (ceilingMs - SHORTEST_MS);
}
