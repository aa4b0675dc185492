/** Owns the order of stopping: what was started last is closed first, and one failing close stops no other. */

import type { Log } from './ports.ts';

export interface Closers {
  /** Remembers how to undo something that has just been started. */
  add(name: string, close: () => void | Promise<void>): void;
  /** Closes everything in reverse order, once; later calls wait for the first. */
  close(): Promise<void>;
}

export function createClosers(log: Log): Closers {
  const stack: { name: string; close: () => void | Promise<void> }[] = [];
  let closing: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    for (let entry = stack.pop(); entry; entry = stack.pop()) {
      try {
        await entry.close();
      } catch (error) {
        log.error({ err: error, part: entry.name }, 'a part did not stop cleanly');
      }
    }
  }

  return {
    add: (name, close) => {
      stack.push({ name, close });
    },
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}
