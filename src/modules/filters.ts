/** Owns what a list may be asked for besides its search. As everywhere in lists, what cannot be used is no filter (N-22). */

/** Undefined where nothing is asked for. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function momentOf(value: unknown, otherwiseMs: number): number {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? otherwiseMs : ms;
}

export function fits(asked: string | undefined, value: string | null): boolean {
  return asked === undefined || asked === value;
}
