/** Owns how long to wait before the next connection attempt; counts nothing itself. */

const SHORTEST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * Exponential with full jitter, 0.5 s to 30 s: clients of a restarted broker must not all come back at one moment.
 * @param failures how many attempts have failed in a row, 1 or more
 * @param random gives numbers in [0, 1)
 */
export function backOffMs(failures: number, random: () => number): number {
  const ceilingMs = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** failures);
  return SHORTEST_MS + random() * (ceilingMs - SHORTEST_MS);
}
