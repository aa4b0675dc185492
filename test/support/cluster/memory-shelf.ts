/** Owns a shelf in memory, as one broker sees it: what is put is there at once. */

import type { Kept, Shelf } from '../../../src/core/cluster/shelf.ts';

export function memoryShelf(): Shelf {
  let last = 0;
  let all: Kept[] = [];
  const isBelow = (key: readonly string[]) => (kept: Kept) => key.every((part, at) => kept.key[at] === part);
  const newest = (key: readonly string[]) =>
    all.filter((kept) => kept.key.length === key.length).findLast(isBelow(key));

  return {
    async put(key, bytes, mark, { behind } = {}) {
      const known = all.find((kept) => kept.mark === mark);
      if (known) return known.position;
      if (behind !== undefined && (newest(key)?.position ?? 0) !== behind) return 'overtaken';
      last += 1;
      all.push({ key, bytes, mark, position: last });
      return last;
    },
    last: async (key) => newest(key),
    newest: async (below) => all.findLast(isBelow(below))?.position ?? 0,
    read: async (below) => all.filter(isBelow(below)),
    readAt: async (key) => all.filter(isBelow(key)),
    follow: async () => () => undefined,
    watch: () => () => undefined,
    async remove(position) {
      const before = all.length;
      all = all.filter((kept) => kept.position !== position);
      return all.length < before;
    },
    async purge(below) {
      const before = all.length;
      all = all.filter((kept) => !isBelow(below)(kept));
      return before - all.length;
    },
  };
}
