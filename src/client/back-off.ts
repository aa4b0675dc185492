/** Owns the pause before the next connection attempt; counts nothing itself. */

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * Doubles from 0.5 s up to 30 s, half of it random: many clients of one broker must not return at one moment.
 * @param failures attempts that failed in a row, 1 or more
 * @param random gives numbers in [0, 1)
 */
export function pauseMs(failures: number, random: () => number): number {
  const ceilingMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
  return ceilingMs / 2 + (random() * ceilingMs) / 2;
}
