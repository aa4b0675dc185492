/** Owns who waits for which note to be on the disk. */

interface Waiter {
  readonly note: number;
  readonly callback: () => void;
  /** Not to be kept waiting by a disk that refuses. */
  readonly isUrgent: boolean;
}

export class Waiting {
  /** In the order of their notes. */
  #waiters: Waiter[] = [];

  get size(): number {
    return this.#waiters.length;
  }

  add(waiter: Waiter): void {
    this.#waiters.push(waiter);
  }

  /** This note and all before it are on the disk. */
  settle(note: number): void {
    let count = 0;
    while (count < this.#waiters.length && (this.#waiters[count]?.note ?? 0) <= note) count += 1;
    for (const { callback } of this.#waiters.splice(0, count)) callback();
  }

  /** The disk refuses. */
  settleUrgent(): void {
    const urgent = this.#waiters.filter(({ isUrgent }) => isUrgent);
    this.#waiters = this.#waiters.filter(({ isUrgent }) => !isUrgent);
    for (const { callback } of urgent) callback();
  }
}
