/** Owns how far something has come, for those who wait for it. */

export class Progress {
  #reached = 0;
  readonly #waiting = new Map<() => void, number>();

  reach(position: number): void {
    if (position > this.#reached) this.#reached = position;
    for (const [resolve, wanted] of this.#waiting)
      if (wanted <= this.#reached && this.#waiting.delete(resolve)) resolve();
  }

  upTo(position: number): Promise<void> {
    if (position <= this.#reached) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(resolve, position));
  }
}
