/** Owns what one session is owed: QoS 1 and 2 messages under way, oldest first, and those that wait for room; it sends nothing. */

import type { Message } from '../message.ts';

export interface Owed {
  readonly message: Message;
  readonly qos: 1 | 2;
  readonly retain: boolean;
  readonly subscriptionIds: readonly number[] | undefined;
  /** 0 while it waits. */
  packetId: number;
  /** QoS 2: the client has it, and now owes PUBCOMP for our PUBREL (MQTT 5.0, 4.3.3). */
  isReleased: boolean;
  /** QoS 1: an earlier run may have sent it already, and has not told. */
  readonly mayBeThere?: boolean;
  /** Where it stands already among what all brokers keep. */
  readonly stored?: { readonly mark: string; readonly position: number };
  /** Put there again under the same name, for the same session, it is there once. */
  readonly origin?: string | undefined;
  /** By which number it is kept for a restart; 0: it is not. */
  keptAs: number;
}

const LAST_ID = 65_535;

export class OwedMessages {
  readonly #underWay = new Map<number, Owed>();
  #waiting: Owed[] = [];
  /** Those before it are gone already: taking the first of an array anew each time would cost its length. */
  #first = 0;
  #lastId = 0;

  get underWay(): number {
    return this.#underWay.size;
  }

  get waiting(): number {
    return this.#waiting.length - this.#first;
  }

  get size(): number {
    return this.underWay + this.waiting;
  }

  wait(owed: Owed): void {
    this.#waiting.push(owed);
  }

  /** Gives it a packet id of its own. Undefined while all of them are taken, or nothing waits. */
  next(): Owed | undefined {
    const owed = this.#waiting[this.#first];
    if (owed === undefined || this.#underWay.size >= LAST_ID) return undefined;
    this.#first += 1;
    if (this.#first > 64 && this.#first * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    this.begin(owed);
    return owed;
  }

  begin(owed: Owed): void {
    do {
      this.#lastId = this.#lastId === LAST_ID ? 1 : this.#lastId + 1;
    } while (this.#underWay.has(this.#lastId));
    owed.packetId = this.#lastId;
    this.#underWay.set(owed.packetId, owed);
  }

  /** Under the id that it has from an earlier run. */
  restore(owed: Owed): void {
    if (owed.packetId === 0) {
      this.wait(owed);
      return;
    }
    this.#underWay.set(owed.packetId, owed);
    this.#lastId = owed.packetId;
  }

  byId(packetId: number): Owed | undefined {
    return this.#underWay.get(packetId);
  }

  finish(packetId: number): void {
    this.#underWay.delete(packetId);
  }

  /** In the order in which they were sent (MQTT 5.0, 4.4 and 4.6). */
  *sent(): Iterable<Owed> {
    yield* this.#underWay.values();
  }

  *all(): Iterable<Owed> {
    yield* this.#underWay.values();
    for (let at = this.#first; at < this.#waiting.length; at += 1) {
      const owed = this.#waiting[at];
      if (owed !== undefined) yield owed;
    }
  }

  clear(): void {
    this.#underWay.clear();
    this.#waiting = [];
    this.#first = 0;
  }
}
