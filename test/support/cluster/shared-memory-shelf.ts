/** Owns a shelf in memory that several bridges see, each over a way of its own: as the one over NATS, and without it. */

import type { Kept, Key, Shelf } from '../../../src/core/cluster/shelf.ts';
import { memoryShelf } from './memory-shelf.ts';
import type { Way } from './memory-way.ts';

export interface SharedMemoryShelf {
  seenOver(way: Way): Shelf;
  /** Servers were started anew: what was taken away is not recognised when it is put again. */
  forgetMarks(): void;
}

interface Watcher {
  readonly way: Way;
  readonly below: Key;
  readonly tell: (kept: Kept) => void;
}

export function sharedMemoryShelf(perKey: 'newest' | 'all', mostBytes?: number): SharedMemoryShelf {
  const shelf = memoryShelf(perKey, mostBytes);
  const watchers = new Set<Watcher>();
  const isBelow = (key: Key, below: Key) => below.every((part, at) => key[at] === part);

  function tellAll(kept: Kept): void {
    for (const { way, below, tell } of watchers) if (isBelow(kept.key, below)) way.tell(() => tell(kept));
  }

  function watch(way: Way, below: Key, tell: (kept: Kept) => void): () => void {
    const watcher = { way, below, tell };
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }

  return {
    forgetMarks: shelf.forgetMarks,
    seenOver: (way) => ({
      mostBytes: shelf.mostBytes,
      put: (key, bytes, mark, terms = {}) =>
        way.request(() => {
          const { position, kept } = shelf.putNow(key, bytes, mark, terms);
          if (kept !== undefined) tellAll(kept);
          return position;
        }),
      last: (key) => way.request(() => shelf.lastNow(key)),
      newest: (below) => way.request(() => shelf.readNow(below).at(-1)?.position ?? 0),
      read: (below) => way.request(() => shelf.readNow(below)),
      readAt: (key) => way.request(() => shelf.readNow(key).filter((kept) => kept.key.length === key.length)),
      remove: (position) => way.request(() => shelf.removeNow(position)),
      purge: (below, before) => way.request(() => shelf.purgeNow(below, before)),
      watch(below, tell, again) {
        const stops = [watch(way, below, tell), way.onAgain(again)];
        return () => {
          for (const stop of stops) stop();
        };
      },
      async follow(below, tell, again, doubt = () => undefined) {
        async function tellAgain(): Promise<void> {
          try {
            const all = await way.request(() => shelf.readNow(below));
            again();
            for (const kept of all) tell(kept);
            if (!way.isCut) doubt(false);
          } catch {
            if (!way.isCut) await tellAgain();
          }
        }
        const stops = [watch(way, below, tell), way.onCut(() => doubt(true)), way.onAgain(() => void tellAgain())];
        for (const kept of await way.request(() => shelf.readNow(below))) tell(kept);
        return () => {
          for (const stop of stops) stop();
        };
      },
    }),
  };
}
