/** Owns messages that no connection waits for, wills and what the service says: each goes out after the one before it, in turn with others' work. */

import type { Task } from '../turns/turns.ts';
import type { Fanout } from './route.ts';

interface Errand {
  readonly begin: () => Fanout;
  readonly done: () => void;
  fanout?: Fanout;
}

export class Spreader implements Task {
  readonly #wake: (spreader: Spreader) => void;
  #errands: Errand[] = [];
  #first = 0;

  constructor(wake: (spreader: Spreader) => void) {
    this.#wake = wake;
  }

  /**
   * @param begin is called when its turn comes: what is retained by it is not known before all that was sent earlier is on its way
   * @param done is called when every reader has been given it
   */
  send(begin: () => Fanout, done: () => void = () => undefined): void {
    this.#errands.push({ begin, done });
    this.#wake(this);
  }

  step(allowance: number): number {
    let cost = 0;
    while (cost < allowance) {
      const errand = this.#errands[this.#first];
      if (errand === undefined) {
        this.#errands = [];
        this.#first = 0;
        return -Math.max(1, cost);
      }
      cost += 1;
      errand.fanout ??= errand.begin();
      if (!errand.fanout.isDone) cost += errand.fanout.step(allowance - cost + 1);
      if (!errand.fanout.isDone) continue;
      this.#first += 1;
      errand.done();
    }
    return cost;
  }
}
