/** Owns what is kept of one session that is here, as its notes have made it; and which of what it was owed can be taken away. */

import type { SessionFacts } from '../../kept/changes.ts';
import type { Granted } from '../../sessions/granted.ts';
import type { Flight, SharedSession } from './records.ts';

/** A message that is kept for it. */
export interface Held {
  readonly mark: string;
  readonly position: number;
  qos: 1 | 2;
  packetId: number;
  isReleased: boolean;
}

export class SessionState implements SharedSession {
  readonly at: string;
  readonly born: string;
  readonly turn: number;
  facts: SessionFacts;
  readonly filters = new Map<string, Granted>();
  readonly received = new Set<number>();
  /** By the numbers under which the session knows them. */
  readonly held = new Map<number, Held>();
  /** Where the last stands that was ever here: all before it is known. */
  lastPosition = 0;
  /** So many are settled, and still in the queue. */
  untidy = 0;
  /** Before it nothing is left. */
  clearedTo = 0;

  constructor({ at, born, turn }: Pick<SharedSession, 'at' | 'born' | 'turn'>, facts: SessionFacts) {
    this.at = at;
    this.born = born;
    this.turn = turn;
    this.facts = facts;
  }

  get flights(): Flight[] {
    return [...this.held.values()].filter(({ packetId }) => packetId > 0);
  }

  hold(number: number, held: Held): void {
    this.held.set(number, held);
    this.lastPosition = Math.max(this.lastPosition, held.position);
  }

  /** Up to where all is settled. */
  get settledTo(): number {
    let first = this.lastPosition + 1;
    for (const { position } of this.held.values()) if (position < first) first = position;
    return first;
  }
}
