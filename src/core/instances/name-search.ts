/** Owns the search in a list of names: they stand in one long text, which is searched several times faster than many short ones. */

export interface NameSearch {
  /** A name was put behind all others. */
  appended(name: string): void;
  /** Anything else has happened to the list. */
  changed(): void;
  /** Where in the list there are names that contain `needle`, ascending. */
  find(needle: string): number[];
}

/** Fills slots up; no name and no needle that has it is found. */
const FILLING = '\n';

/** @param names the list as it is, in an order that `find` speaks of */
export function createNameSearch(names: () => readonly string[]): NameSearch {
  /** Undefined: to be made when somebody searches. All slots have one width, so that a place in the text tells whose it is. */
  let slots: { text: string; readonly width: number } | undefined;

  function filled(): { readonly text: string; readonly width: number } {
    if (slots) return slots;
    const list = names();
    const width = list.reduce((longest, { length }) => Math.max(longest, length), 0) + 1;
    slots = { width, text: list.map((name) => name.padEnd(width, FILLING)).join('') };
    return slots;
  }

  return {
    appended(name) {
      if (slots && name.length < slots.width) slots.text += name.padEnd(slots.width, FILLING);
      else slots = undefined;
    },
    changed() {
      slots = undefined;
    },
    find(needle) {
      if (needle.includes(FILLING)) return [];
      const { text, width } = filled();
      const found: number[] = [];
      for (let at = text.indexOf(needle); at >= 0; ) {
        const place = Math.floor(at / width);
        found.push(place);
        at = text.indexOf(needle, (place + 1) * width);
      }
      return found;
    },
  };
}
