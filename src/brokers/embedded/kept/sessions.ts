/** Owns what the broker remembers of sessions, connected or away: filters, unacknowledged messages, QoS 2 ids; all bounded. */

import type { BrokerLimits } from '../../limits.ts';
import { FilterIndex, type Subscriber } from './filter-index.ts';
import { OutgoingQueue, type QueueBudget } from './outgoing-queue.ts';
import { accountOf } from './scoped-id.ts';

export interface GrantedFilter {
  readonly topic: string;
  readonly qos: number;
}

interface KeptSession {
  readonly filters: Map<string, GrantedFilter>;
  /** The filters that messages are queued for, with their bucket: QoS 1 and 2, of a session that outlives its connection. */
  readonly queuedFor: Map<string, string>;
  readonly queue: OutgoingQueue;
  /** Message ids of QoS 2 publishes without a PUBREL yet, and whether the message is taken (MQTT 5.0, 4.3.3). */
  readonly incoming: Map<number, boolean>;
  /** Whether it is resumed; else it ends with its connection (MQTT 5.0, 4.1). */
  outlivesConnection: boolean;
  isAway: boolean;
}

interface KeptAccount {
  /** A session that leaves moves to the end, so the first one away is the one that has been away longest. */
  readonly sessions: Map<string, KeptSession>;
  readonly queued: QueueBudget;
  filterCount: number;
}

export class KeptSessions {
  readonly #accounts = new Map<string, KeptAccount>();
  readonly #indexes = new Map<string, FilterIndex>();
  readonly #bucketOf: (topic: string) => string;
  readonly #limits: BrokerLimits;
  readonly #onForgotten: (id: string) => void;

  /**
   * @param bucketOf the root of the instance that a topic or filter belongs to; '' for none
   * @param onForgotten is told the id of every session that has ended
   */
  constructor(bucketOf: (topic: string) => string, limits: BrokerLimits, onForgotten: (id: string) => void) {
    this.#bucketOf = bucketOf;
    this.#onForgotten = onForgotten;
    this.#limits = limits;
  }

  /** A client has logged in. Nothing else begins a session, so that what arrives late for a forgotten one stays forgotten. */
  open(id: string, outlivesConnection: boolean): void {
    if (this.#find(id).session?.outlivesConnection === false) this.forget(id);
    const account = this.#accounts.get(accountOf(id)) ?? { sessions: new Map(), queued: { bytes: 0 }, filterCount: 0 };
    this.#accounts.set(accountOf(id), account);
    const { queuedMessagesPerSession, queuedBytesPerAccount } = this.#limits;
    const session = account.sessions.get(id) ?? {
      filters: new Map(),
      queuedFor: new Map(),
      queue: new OutgoingQueue(queuedMessagesPerSession, queuedBytesPerAccount, account.queued),
      incoming: new Map(),
      outlivesConnection,
      isAway: false,
    };
    session.outlivesConnection = outlivesConnection;
    session.isAway = false;
    account.sessions.set(id, session);
  }

  /** A session waits for its client; the one that has waited longest makes room if there are too many. */
  leave(id: string): void {
    const { account, session } = this.#find(id);
    if (account === undefined || session === undefined) return;
    session.isAway = true;
    account.sessions.delete(id);
    account.sessions.set(id, session);
    const away = [...account.sessions].filter(([, { isAway }]) => isAway);
    const [longest] = away;
    if (longest !== undefined && away.length > this.#limits.offlineSessionsPerAccount) this.forget(longest[0]);
  }

  /** Ends a session; a connected client starts afresh (MQTT 5.0, 3.1.2.4). */
  clear(id: string): void {
    const { session } = this.#find(id);
    this.forget(id);
    if (session?.isAway === false) this.open(id, session.outlivesConnection);
  }

  forget(id: string): void {
    const { account, session } = this.#find(id);
    if (account === undefined || session === undefined) return;
    this.revoke(id, [...session.filters.keys()]);
    session.queue.drop();
    account.sessions.delete(id);
    if (account.sessions.size === 0) this.#accounts.delete(accountOf(id));
    this.#onForgotten(id);
  }

  /** Grants a filter and counts it; false when the account has too many. */
  grant(id: string, filter: GrantedFilter): boolean {
    const { account, session } = this.#find(id);
    if (account === undefined || session === undefined) return false;
    if (!session.filters.has(filter.topic)) {
      if (account.filterCount >= this.#limits.subscriptionsPerAccount) return false;
      account.filterCount += 1;
    }
    this.#stopQueueing(id, session, filter.topic);
    session.filters.set(filter.topic, { ...filter });
    if (session.outlivesConnection && filter.qos > 0) this.#startQueueing(id, session, filter);
    return true;
  }

  revoke(id: string, filters: readonly string[]): void {
    const { account, session } = this.#find(id);
    if (account === undefined || session === undefined) return;
    for (const filter of filters) {
      this.#stopQueueing(id, session, filter);
      if (session.filters.delete(filter)) account.filterCount -= 1;
    }
  }

  filtersOf(id: string): GrantedFilter[] {
    return [...(this.#find(id).session?.filters.values() ?? [])];
  }

  /** The kept filters that a message must be queued for. */
  subscribersOf(topic: string): Subscriber[] {
    return this.#indexes.get(this.#bucketOf(topic))?.match(topic) ?? [];
  }

  has(id: string): boolean {
    return this.#find(id).session !== undefined;
  }

  queueOf(id: string): OutgoingQueue | undefined {
    return this.#find(id).session?.queue;
  }

  incomingOf(id: string): Map<number, boolean> | undefined {
    return this.#find(id).session?.incoming;
  }

  /** Ids of all sessions of an account. */
  idsOf(accountKey: string): string[] {
    return [...(this.#accounts.get(accountKey)?.sessions.keys() ?? [])];
  }

  #find(id: string): { account: KeptAccount | undefined; session: KeptSession | undefined } {
    const account = this.#accounts.get(accountOf(id));
    return { account, session: account?.sessions.get(id) };
  }

  #startQueueing(id: string, session: KeptSession, { topic, qos }: GrantedFilter): void {
    const bucket = this.#bucketOf(topic);
    const index = this.#indexes.get(bucket) ?? new FilterIndex();
    this.#indexes.set(bucket, index);
    index.add({ clientId: id, topic, qos });
    session.queuedFor.set(topic, bucket);
  }

  #stopQueueing(id: string, session: KeptSession, filter: string): void {
    const bucket = session.queuedFor.get(filter);
    if (bucket === undefined) return;
    session.queuedFor.delete(filter);
    const index = this.#indexes.get(bucket);
    index?.remove(filter, id);
    if (index?.isEmpty) this.#indexes.delete(bucket);
  }
}
