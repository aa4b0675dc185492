/** Owns what is kept of one session that is here, as its notes have made it; and which of what it was owed can be taken away. */

import type { SessionFacts } from '../../kept/changes.ts';
import type { Granted } from '../../sessions/granted.ts';
import type { Flight, SharedSession } from './records.ts';

/** A message that is kept for it. */
export interface Held {
  readonly position: number;
  qos: 1 | 2;
  packetId: number;
  isReleased: boolean;
}

export interface Beginning extends Pick<SharedSession, 'at' | 'born' | 'turn' | 'doubtTo'> {
  /** All before it, and it, was read. */
  readonly lastPosition: number;
}

/** Who puts something into a queue may do so again when the answer was lost: NATS knows it, but not one that was started anew meanwhile. */
const MARKS = 500;
/** How it is to be heard, and how long it is. */
const FILTER_BYTES = 16;

export class SessionState implements SharedSession {
  readonly at: string;
  readonly born: string;
  readonly turn: number;
  readonly doubtTo: number;
  facts: SessionFacts;
  readonly received = new Set<number>();
  /** By the numbers under which the session knows them. */
  readonly held = new Map<number, Held>();
  /** Where the last stands that was ever here: all before it is known. */
  lastPosition: number;
  /** So many are settled, and still in the queue. */
  untidy = 0;
  /** Before it nothing is left. */
  clearedTo = 0;
  readonly #marks = new Set<string>();
  readonly #filters = new Map<string, Granted>();
  /** About what its filters take in its record. */
  #filterBytes = 0;

  constructor({ at, born, turn, doubtTo, lastPosition }: Beginning, facts: SessionFacts) {
    this.at = at;
    this.born = born;
    this.turn = turn;
    this.doubtTo = doubtTo;
    this.lastPosition = lastPosition;
    this.facts = facts;
  }

  get filters(): ReadonlyMap<string, Granted> {
    return this.#filters;
  }

  /** @param most what all of them may take, a new one as well */
  hasRoomFor({ filter }: Granted, most: number): boolean {
    return this.#filters.has(filter) || this.#filterBytes + bytesOf(filter) <= most;
  }

  subscribe(granted: Granted): void {
    this.unsubscribe(granted.filter);
    this.#filters.set(granted.filter, granted);
    this.#filterBytes += bytesOf(granted.filter);
  }

  unsubscribe(filter: string): void {
    if (this.#filters.delete(filter)) this.#filterBytes -= bytesOf(filter);
  }

  get flights(): Flight[] {
    return [...this.held.values()].filter(({ packetId }) => packetId > 0);
  }

  /** What stands behind it the client has not got, or we have no word of it. */
  get sentTo(): number {
    return this.#before(({ packetId }) => packetId === 0);
  }

  /** @returns false when it was here before */
  admit(position: number, mark: string): boolean {
    if (position <= this.lastPosition) return false;
    const isKnown = this.#marks.has(mark);
    // It goes with what the client has.
    if (isKnown) this.lastPosition = position;
    return !isKnown;
  }

  hold(number: number, mark: string, held: Held): void {
    this.held.set(number, held);
    this.lastPosition = Math.max(this.lastPosition, held.position);
    this.#marks.add(mark);
    const [oldest] = this.#marks.size > MARKS ? this.#marks : [];
    if (oldest !== undefined) this.#marks.delete(oldest);
  }

  /** Before which all is settled. */
  get settledTo(): number {
    return this.#before(() => true) + 1;
  }

  /** All up to there is none of these. */
  #before(isMeant: (held: Held) => boolean): number {
    let last = this.lastPosition;
    for (const held of this.held.values()) if (isMeant(held) && held.position <= last) last = held.position - 1;
    return last;
  }
}

function bytesOf(filter: string): number {
  return Buffer.byteLength(filter) + FILTER_BYTES;
}
