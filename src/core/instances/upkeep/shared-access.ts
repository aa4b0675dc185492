/** Owns who may work on something at a time: many sharers together, or one alone. Whoever comes while one waits to be alone, waits too. */

export interface SharedAccess {
  share<T>(work: () => Promise<T>): Promise<T>;
  alone<T>(work: () => Promise<T>): Promise<T>;
}

export function createSharedAccess(): SharedAccess {
  const sharing = new Set<Promise<unknown>>();
  let alone: Promise<unknown> | undefined;

  return {
    async share(work) {
      while (alone !== undefined) await alone.catch(() => undefined);
      const own = work();
      sharing.add(own);
      try {
        return await own;
      } finally {
        sharing.delete(own);
      }
    },
    async alone(work) {
      while (alone !== undefined) await alone.catch(() => undefined);
      const own = Promise.allSettled(sharing).then(work);
      alone = own;
      try {
        return await own;
      } finally {
        alone = undefined;
      }
    },
  };
}
