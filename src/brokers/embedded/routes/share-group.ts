/** Owns one shared subscription (MQTT 5.0, 4.8.2): of its members each message goes to one, in turn, of those that are there if any is. */

import type { Granted } from '../sessions/granted.ts';
import type { Session } from '../sessions/session.ts';

export class ShareGroup {
  /** The account, and the filter with its `$share`. */
  readonly name: string;
  readonly members = new Map<Session, Granted>();
  #turn = 0;

  constructor(name: string) {
    this.name = name;
  }

  pick(): readonly [Session, Granted] | undefined {
    const all = [...this.members];
    const present = all.filter(([session]) => session.wire !== undefined);
    const candidates = present.length > 0 ? present : all.filter(([session]) => session.isKept);
    const picked = candidates[this.#turn % Math.max(1, candidates.length)];
    this.#turn += 1;
    return picked;
  }
}
