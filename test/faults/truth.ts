/** Owns what really happens in a run of faults: from which moment on each thing was how, and what of that somebody could have seen. */

import { appendFileSync } from 'node:fs';

/** How a camera can be. */
export type Condition = 'well' | 'killed' | 'frozen' | 'wrong-password' | 'wrong-path';

export interface Span {
  readonly how: string;
  readonly fromMs: number;
  /** Infinity while it lasts. */
  readonly toMs: number;
}

export interface Truth {
  /** To be called when it is so, and with `isBefore` when it may be so from now on. */
  turned(thing: string, how: string): void;
  /** In order, without a gap. */
  spans(thing: string): readonly Span[];
  /** How it was at any time between the two. */
  hows(thing: string, fromMs: number, toMs: number): ReadonlySet<string>;
  note(line: string): void;
}

/** @param file gets a line for each turn and note, to read when something was told wrong */
export function keepTruth(file: string | undefined): Truth {
  const turns = new Map<string, { readonly how: string; readonly fromMs: number }[]>();

  function note(line: string): void {
    if (file !== undefined) appendFileSync(file, `${new Date().toISOString()} ${line}\n`);
  }

  function spans(thing: string): Span[] {
    const all = turns.get(thing) ?? [];
    return all.map((turn, index) => ({ ...turn, toMs: all[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY }));
  }

  return {
    turned(thing, how) {
      turns.set(thing, [...(turns.get(thing) ?? []), { how, fromMs: Date.now() }]);
      note(`${thing} is ${how}`);
    },
    spans,
    hows: (thing, fromMs, toMs) =>
      new Set(spans(thing).flatMap((span) => (span.fromMs <= toMs && span.toMs >= fromMs ? [span.how] : []))),
    note,
  };
}

/** Since when nothing of this has turned, as far as is known at that moment; infinite when something is not up. */
export function calmSinceMs(truth: Truth, things: readonly string[], nowMs: number): number {
  const last = things.map((thing) => truth.spans(thing).findLast(({ fromMs }) => fromMs <= nowMs));
  if (last.some((span) => span?.how !== 'up')) return Number.POSITIVE_INFINITY;
  return Math.max(...last.map((span) => span?.fromMs ?? 0));
}
