/** Owns what is kept at the moment, as the changes have made it: sessions with all that is theirs, and retained messages. */

import type { Message } from '../message.ts';
import type { Granted } from '../sessions/granted.ts';
import type { Change, KeptOwed, KeptWill, SessionChange, SessionFacts } from './changes.ts';

export interface SessionRecord {
  facts: SessionFacts;
  readonly filters: Map<string, Granted>;
  /** By their numbers, in the order in which they are owed. */
  readonly owed: Map<number, KeptOwed>;
  /** Packet ids of the client's QoS 2 messages that have no PUBREL yet. */
  readonly received: Set<number>;
  will: KeptWill | undefined;
}

export interface RetainedRecord {
  readonly message: Message;
  /** Below the root of an instance: gone with it. */
  readonly isOfInstance: boolean;
}

/** About what each takes on the disk, beside what is in it. */
const BYTES = { session: 100, filter: 12, owed: 16, will: 32, message: 40 };

export class KeptState {
  readonly sessions = new Map<number, SessionRecord>();
  /** By topic. */
  readonly retained = new Map<string, RetainedRecord>();
  /** About what all of it takes on the disk. */
  liveBytes = 0;
  /** How often each message is owed or retained. */
  readonly #uses = new Map<Message, number>();
  readonly #forget: (message: Message) => void;

  /** @param forget is told of a message that nobody is owed any more, and that is not retained either */
  constructor(forget: (message: Message) => void = () => undefined) {
    this.#forget = forget;
  }

  /** What is said of a session that is not known is about one that has ended since. */
  apply(change: Change): void {
    if (change.kind === 'retained') this.#retain(change);
    else if (change.kind === 'cleared') this.#clear(change.topic);
    else if (change.kind === 'session') this.#open(change.id, change.facts);
    else {
      const session = this.sessions.get(change.id);
      if (session !== undefined) this.#change(session, change);
    }
  }

  /** To be called when a file was read to its end: what came while it was made anew may stand before what was owed already. */
  putInOrder(): void {
    for (const { owed } of this.sessions.values()) {
      const byNumber = [...owed].sort(([one], [other]) => one - other);
      owed.clear();
      for (const [number, one] of byNumber) owed.set(number, one);
    }
  }

  /**
   * All that makes it what it is. It may change meanwhile: then those changes must be taken as well, at the moment they happen.
   * What comes new is not among it: else somebody who is fast enough could keep this from ending.
   */
  *changes(): Generator<Change, void, void> {
    for (const id of [...this.sessions.keys()]) {
      const session = this.sessions.get(id);
      if (session !== undefined) yield* changesOf(id, session);
    }
    for (const topic of [...this.retained.keys()]) {
      const retained = this.retained.get(topic);
      if (retained !== undefined) yield { kind: 'retained', ...retained };
    }
  }

  #open(id: number, facts: SessionFacts): void {
    const known = this.sessions.get(id);
    if (known !== undefined) {
      known.facts = facts;
      return;
    }
    this.sessions.set(id, { facts, filters: new Map(), owed: new Map(), received: new Set(), will: undefined });
    this.liveBytes += BYTES.session;
  }

  #change(session: SessionRecord, change: SessionChange): void {
    switch (change.kind) {
      case 'ended':
        this.#end(change.id, session);
        return;
      case 'subscribed':
        this.#unsubscribe(session, change.granted.filter);
        session.filters.set(change.granted.filter, change.granted);
        this.liveBytes += BYTES.filter + change.granted.filter.length;
        return;
      case 'unsubscribed':
        this.#unsubscribe(session, change.filter);
        return;
      case 'owed':
        if (!session.owed.has(change.number)) this.#use(change.owed.message, BYTES.owed);
        session.owed.set(change.number, change.owed);
        return;
      case 'settled':
        this.#settle(session, change.number);
        return;
      case 'received':
        session.received.add(change.packetId);
        return;
      case 'forgotten':
        session.received.delete(change.packetId);
        return;
      case 'will':
        this.#setWill(session, change.pending);
        return;
      case 'willGone':
        this.#setWill(session, undefined);
        return;
    }
  }

  #end(id: number, session: SessionRecord): void {
    this.sessions.delete(id);
    this.liveBytes -= BYTES.session;
    for (const filter of session.filters.keys()) this.#unsubscribe(session, filter);
    for (const number of session.owed.keys()) this.#settle(session, number);
    this.#setWill(session, undefined);
  }

  #unsubscribe({ filters }: SessionRecord, filter: string): void {
    if (filters.delete(filter)) this.liveBytes -= BYTES.filter + filter.length;
  }

  #settle({ owed }: SessionRecord, number: number): void {
    const settled = owed.get(number);
    if (settled === undefined) return;
    owed.delete(number);
    this.#release(settled.message, BYTES.owed);
  }

  #setWill(session: SessionRecord, will: KeptWill | undefined): void {
    this.liveBytes += sizeOf(will) - sizeOf(session.will);
    session.will = will;
  }

  #retain(record: RetainedRecord): void {
    this.#use(record.message, 0);
    this.#clear(record.message.topic);
    this.retained.set(record.message.topic, record);
  }

  #clear(topic: string): void {
    const cleared = this.retained.get(topic);
    if (cleared === undefined) return;
    this.retained.delete(topic);
    this.#release(cleared.message, 0);
  }

  #use(message: Message, bytes: number): void {
    const uses = this.#uses.get(message) ?? 0;
    this.#uses.set(message, uses + 1);
    this.liveBytes += bytes + (uses === 0 ? BYTES.message + message.contentBytes : 0);
  }

  #release(message: Message, bytes: number): void {
    const uses = this.#uses.get(message) ?? 0;
    this.liveBytes -= bytes;
    if (uses > 1) {
      this.#uses.set(message, uses - 1);
      return;
    }
    this.#uses.delete(message);
    this.liveBytes -= BYTES.message + message.contentBytes;
    this.#forget(message);
  }
}

function* changesOf(id: number, session: SessionRecord): Generator<Change, void, void> {
  yield { kind: 'session', id, facts: session.facts };
  for (const granted of [...session.filters.values()]) {
    if (session.filters.get(granted.filter) === granted) yield { kind: 'subscribed', id, granted };
  }
  for (const packetId of [...session.received]) {
    if (session.received.has(packetId)) yield { kind: 'received', id, packetId };
  }
  for (const [number, owed] of [...session.owed])
    if (session.owed.has(number)) yield { kind: 'owed', id, number, owed };
  if (session.will !== undefined) yield { kind: 'will', id, pending: session.will };
}

function sizeOf(pending: KeptWill | undefined): number {
  if (pending === undefined) return 0;
  return BYTES.will + pending.will.topic.length + pending.will.payload.length;
}
