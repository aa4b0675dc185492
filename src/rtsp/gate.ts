/** Owns how many looks are under way at once: when a whole house goes dark, all its cameras are asked about in the same moment. */

export type InGate = <T>(work: () => Promise<T>) => Promise<T>;

const AT_ONCE = 64;

export function createGate(): InGate {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return async (work) => {
    if (inside >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else inside += 1;
    try {
      return await work();
    } finally {
      // A place is handed on, so that nobody comes in between.
      const next = waiting.shift();
      if (next) next();
      else inside -= 1;
    }
  };
}
