/** Owns looks at single paths: at once, a few at a time; and when many are asked for, one at all of them. */

export interface Looks {
  /** Resolves when a look that began after this call has been told. */
  look(name: string): Promise<void>;
  /** Begins no more, and waits for what is under way. */
  close(): Promise<void>;
}

/** None of them ever rejects. */
interface Ways {
  readonly one: (name: string) => Promise<void>;
  readonly many: (names: readonly string[]) => Promise<void>;
  /** From how many paths on one look at everything costs less than one at each. */
  readonly manyFrom: () => number;
}

interface Asked {
  readonly done: Promise<void>;
  readonly resolve: () => void;
}

/** What comes in meanwhile is enough for one look at all. */
const AT_ONCE = 4;

export function createLooks({ one, many, manyFrom }: Ways): Looks {
  const asked = new Map<string, Asked>();
  const running = new Map<string, Promise<void>>();
  let batch: Promise<void> | undefined;
  let isClosed = false;

  function begin(): void {
    if (asked.size >= manyFrom()) batch ??= endOfTurn().then(runBatch).finally(endBatch);
    for (const [name, { resolve }] of asked) {
      if (running.size >= AT_ONCE) return;
      if (running.has(name)) continue;
      asked.delete(name);
      const run = one(name).finally(() => {
        running.delete(name);
        resolve();
        begin();
      });
      running.set(name, run);
    }
  }

  async function runBatch(): Promise<void> {
    const all = new Map(asked);
    asked.clear();
    if (all.size === 0) return;
    await many([...all.keys()]);
    for (const { resolve } of all.values()) resolve();
  }

  function endBatch(): void {
    batch = undefined;
    begin();
  }

  return {
    look(name) {
      if (isClosed) return Promise.resolve();
      const one = asked.get(name) ?? deferred();
      asked.set(name, one);
      begin();
      return one.done;
    },
    async close() {
      isClosed = true;
      for (const { resolve } of asked.values()) resolve();
      asked.clear();
      await Promise.all([...running.values(), batch]);
    },
  };
}

/** When everything that has already arrived has been taken in: it shall be part of the same look. */
function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function deferred(): Asked {
  let resolve = () => {};
  const done = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { done, resolve };
}
