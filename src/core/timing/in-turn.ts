/** Owns the order of work on one thing: each piece starts when the one before has ended, however it ended. */

export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** Work on different keys runs side by side. The first piece on a free key starts at once. */
export function createTurns(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key);
    const own = before === undefined ? work() : before.then(work, work);
    last.set(key, own);
    try {
      return await own;
    } finally {
      if (last.get(key) === own) last.delete(key);
    }
  };
}
