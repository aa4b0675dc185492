/** Owns how bytes arrive in pieces. */

/** The same bytes in one to some chunks, cut anywhere. */
export function split(whole: Buffer, cuts: readonly number[]): Buffer[] {
  const ends = [...cuts.map((cut) => cut % (whole.length + 1)), whole.length].sort((a, b) => a - b);
  return ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end));
}
