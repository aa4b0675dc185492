/** Owns one figure of a benchmark, and the statistics behind it. */

/** Printed as one line of JSON. */
export interface Figure {
  readonly name: string;
  readonly ours: number;
  /** What it is compared with, measured in the same run. */
  readonly other: number;
  /** ours / other */
  readonly ratio: number;
  readonly unit: string;
  /** What `other` is. */
  readonly against: string;
  /** The ratio or value that is wanted, in words. */
  readonly goal: string;
}

export function figure(name: string, unit: string, ours: number, other: number, against: string, goal: string): Figure {
  return { name, ours: round(ours), other: round(other), ratio: round(ours / other), unit, against, goal };
}

/** @param p from 0 to 1 */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
