/** Owns how long something is waited for that depends on somebody who may stand still. */

import type { Clock } from '../ports.ts';

type Timer = Pick<Clock, 'after'>;

/** Resolves when the work is done, or when that much time has gone by; the work goes on. @param work never rejects */
export function within({ after }: Timer, limitMs: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = after(limitMs, resolve);
    void work.then(() => {
      cancel();
      resolve();
    });
  });
}

/** As the work; rejects with what `late` makes when that much time has gone by. */
export function inTime<T>({ after }: Timer, limitMs: number, work: Promise<T>, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = after(limitMs, () => reject(late()));
    work.then(resolve, reject).finally(cancel);
  });
}
