/** Owns a spreader for each account that says something without a connection, in the lane of its work; and what of it is not said yet. */

import type { AccountUse } from '../accounts/account-use.ts';
import type { Lane, Turns } from '../turns/turns.ts';
import type { Fanout } from './route.ts';
import { Spreader } from './spreader.ts';

export class Spreaders {
  readonly #turns: Turns;
  readonly #ofAccount = new WeakMap<AccountUse, Spreader>();
  readonly #unsaid = new Set<Promise<void>>();

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** Resolves when every reader has been given it. */
  send(use: AccountUse, begin: () => Fanout): Promise<void> {
    const spreader = this.#ofAccount.get(use) ?? spreaderIn(use.lane, this.#turns);
    this.#ofAccount.set(use, spreader);
    const said = new Promise<void>((resolve) => spreader.send(begin, resolve));
    this.#unsaid.add(said);
    void said.then(() => this.#unsaid.delete(said));
    return said;
  }

  /** Resolves when all that was sent so far is said. */
  said(): Promise<unknown> {
    return Promise.all(this.#unsaid);
  }
}

export function spreaderIn(lane: Lane, turns: Turns): Spreader {
  return new Spreader((task) => turns.wake(lane, task));
}
