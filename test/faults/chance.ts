/** Owns chance in a run of faults: the same seed makes the same choices, though not at the same microsecond. */

export interface Chance {
  /** From 0 to 1. */
  next(): number;
  between(least: number, most: number): number;
  /** @throws where there is nothing to choose from */
  oneOf<Item>(items: readonly Item[]): Item;
}

/** Mulberry32: short, and even enough for this. */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return {
    next,
    between: (least, most) => least + next() * (most - least),
    oneOf(items) {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new Error('nothing to choose from');
      return item;
    },
  };
}
