/** Owns a change function whose changes are on their way: what came of it, and that it can be run once more when others were first. */

export interface Staged<T> {
  /** What it returned when it ran last. @throws what it threw then */
  result(): T;
  /** @returns false when it refuses now: it is not run again, and changes nothing */
  runAgain(): boolean;
}

/** @throws what the first run throws */
export function stage<T>(run: () => T): Staged<T> {
  let outcome: { readonly result: T } | { readonly refusal: unknown } = { result: run() };
  return {
    result() {
      if ('refusal' in outcome) throw outcome.refusal;
      return outcome.result;
    },
    runAgain() {
      try {
        outcome = { result: run() };
        return true;
      } catch (refusal) {
        outcome = { refusal };
        return false;
      }
    },
  };
}
