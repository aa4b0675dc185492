/** Owns the order of operations on one thing: each starts when the one before has ended, however it ended. */

export type InOrder = <Result>(key: string, operation: () => Promise<Result>) => Promise<Result>;

export function createOrder(): InOrder {
  const last = new Map<string, Promise<unknown>>();
  return async (key, operation) => {
    const before = last.get(key) ?? Promise.resolve();
    const own = before.then(operation, operation);
    last.set(key, own);
    try {
      return await own;
    } finally {
      if (last.get(key) === own) last.delete(key);
    }
  };
}
