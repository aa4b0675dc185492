/** Owns whether something may be there that is not known here, for those who wait until it is. */

export class Doubt {
  #isOpen = false;
  #waiting: (() => void)[] = [];

  get isOpen(): boolean {
    return this.#isOpen;
  }

  turn(isOpen: boolean): void {
    this.#isOpen = isOpen;
    if (isOpen) return;
    const due = this.#waiting;
    this.#waiting = [];
    for (const callback of due) callback();
  }

  /** Calls back before anybody else learns that it is settled; at once where there is none. */
  whenSettled(callback: () => void): void {
    if (this.#isOpen) this.#waiting.push(callback);
    else callback();
  }
}
