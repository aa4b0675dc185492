/** Owns how the notes of the broker become changes that a journal takes: by numbers, which stay when the objects are gone. */

import type { Message } from '../message.ts';
import type { Granted } from '../sessions/granted.ts';
import type { Owed } from '../sessions/owed.ts';
import type { Journal } from './journal/journal.ts';
import type { Keeper, PendingWill } from './keeper.ts';

type KeptSession = Parameters<Keeper['opened']>[0];

/** Notes about a session that is not kept are no notes. */
export class DiskKeeper implements Keeper {
  readonly isShared = false;
  readonly #journal: Journal;
  readonly #ids = new Map<KeptSession, number>();
  #lastId = 0;
  #lastNumber = 0;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  get notes(): number {
    return this.#journal.noted;
  }

  get isBehind(): boolean {
    return this.#journal.isBehind;
  }

  get fault(): string | null {
    return this.#journal.fault;
  }

  opened(session: KeptSession): void {
    const id = this.#ids.get(session) ?? this.#add(session);
    const { clientId, expirySeconds, awaySinceMs } = session;
    const facts = { account: session.use.account, clientId, expirySeconds, awaySinceMs };
    this.#journal.note({ kind: 'session', id, facts });
  }

  ended(session: KeptSession): void {
    const id = this.#ids.get(session);
    if (id === undefined) return;
    this.#ids.delete(session);
    this.#journal.note({ kind: 'ended', id });
  }

  left(): void {
    throw new Error('a session that is kept on this disk stays here');
  }

  limitAway(): void {
    throw new Error('sessions that are kept on this disk are all here');
  }

  mayOpen(): boolean {
    return true;
  }

  maySubscribe(): boolean {
    return true;
  }

  subscribed(session: KeptSession, granted: Granted): void {
    const id = this.#ids.get(session);
    if (id !== undefined) this.#journal.note({ kind: 'subscribed', id, granted });
  }

  unsubscribed(session: KeptSession, filter: string): void {
    const id = this.#ids.get(session);
    if (id !== undefined) this.#journal.note({ kind: 'unsubscribed', id, filter });
  }

  owe(session: KeptSession, owed: Omit<Owed, 'keptAs'>): number {
    const id = this.#ids.get(session);
    if (id === undefined) return 0;
    this.#lastNumber += 1;
    this.#journal.note({ kind: 'owed', id, number: this.#lastNumber, owed });
    return this.#lastNumber;
  }

  enqueue(): void {
    throw new Error('what is kept on this disk is in memory, too');
  }

  advanced(session: KeptSession, owed: Owed): void {
    const id = this.#ids.get(session);
    if (id !== undefined) this.#journal.note({ kind: 'owed', id, number: owed.keptAs, owed });
  }

  settled(session: KeptSession, { keptAs }: Owed): void {
    const id = this.#ids.get(session);
    if (id !== undefined) this.#journal.note({ kind: 'settled', id, number: keptAs });
  }

  received(session: KeptSession, packetId: number): void {
    const id = this.#ids.get(session);
    if (id !== undefined) this.#journal.note({ kind: 'received', id, packetId });
  }

  forgotten(session: KeptSession, packetId: number): void {
    const id = this.#ids.get(session);
    if (id !== undefined) this.#journal.note({ kind: 'forgotten', id, packetId });
  }

  mayRetain(): boolean {
    return true;
  }

  retained(message: Message, bucket: string): void {
    this.#journal.note({ kind: 'retained', message, isOfInstance: bucket !== '' });
  }

  cleared(topic: string): void {
    this.#journal.note({ kind: 'cleared', topic });
  }

  dropped(_bucket: string, topics: Iterable<string>): void {
    for (const topic of topics) this.cleared(topic);
  }

  willGiven(): void {
    // Who was connected when everything ended has no will in the next run: nothing is known of how it went.
  }

  willPending({ session, will, dueAtMs }: PendingWill): void {
    const id = this.#ids.get(session);
    if (id !== undefined) this.#journal.note({ kind: 'will', id, pending: { will, dueAtMs } });
  }

  willGone({ session }: Pick<PendingWill, 'session'>): void {
    const id = this.#ids.get(session);
    if (id !== undefined) this.#journal.note({ kind: 'willGone', id });
  }

  durable(callback: () => void): void {
    this.#journal.durable(callback);
  }

  tried(callback: () => void): void {
    this.#journal.tried(callback);
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  #add(session: KeptSession): number {
    this.#lastId += 1;
    this.#ids.set(session, this.#lastId);
    return this.#lastId;
  }
}
