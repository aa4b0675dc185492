/** Owns which kept sessions are not here, of the accounts that this broker hears of: what each of them must be owed of a topic. */

import { withoutShare } from '../../../../protocol/topic-match.ts';
import type { SessionFacts } from '../../kept/changes.ts';
import type { QoS } from '../../packets/packet.ts';
import type { Granted } from '../../sessions/granted.ts';
import { Session } from '../../sessions/session.ts';
import { FilterTree } from '../../topics/filter-tree.ts';

export interface Absent {
  readonly born: string;
  readonly facts: SessionFacts;
  readonly filters: ReadonlyMap<string, Granted>;
}

/** What one of them is to get of a message. */
export interface Due {
  readonly absent: Absent;
  qos: QoS;
  retainAsPublished: boolean;
  subscriptionIds: number[] | undefined;
}

interface Bucket {
  readonly tree: FilterTree<Absent, Granted>;
  /** By account and client id. */
  readonly sessions: Map<string, Absent>;
}

export class Elsewhere {
  readonly #buckets = new Map<string, Bucket>();

  put(bucketName: string, absent: Absent): void {
    const { account, clientId } = absent.facts;
    this.remove(bucketName, account.key, clientId);
    const bucket = this.#buckets.get(bucketName) ?? { tree: new FilterTree(), sessions: new Map() };
    this.#buckets.set(bucketName, bucket);
    bucket.sessions.set(sessionKey(account.key, clientId), absent);
    for (const granted of absent.filters.values()) {
      // Groups are for those who are there.
      if (withoutShare(granted.filter) === granted.filter) bucket.tree.set(granted.filter, absent, granted);
    }
  }

  remove(bucketName: string, accountKey: string, clientId: string): void {
    const bucket = this.#buckets.get(bucketName);
    const absent = bucket?.sessions.get(sessionKey(accountKey, clientId));
    if (bucket === undefined || absent === undefined) return;
    bucket.sessions.delete(sessionKey(accountKey, clientId));
    for (const filter of absent.filters.keys()) bucket.tree.delete(filter, absent);
    if (bucket.sessions.size === 0) this.#buckets.delete(bucketName);
  }

  forget(bucketName: string): void {
    this.#buckets.delete(bucketName);
  }

  /** Whether this is what is known of it. */
  has(bucketName: string, absent: Absent): boolean {
    const { account, clientId } = absent.facts;
    return this.#buckets.get(bucketName)?.sessions.get(sessionKey(account.key, clientId)) === absent;
  }

  /** Those of an account that wait for their clients, the one that has been away longest first. */
  awayOf(bucketName: string, accountKey: string, nowMs: number): Absent[] {
    return [...(this.#buckets.get(bucketName)?.sessions.values() ?? [])]
      .filter(({ facts }) => facts.account.key === accountKey && isAway(facts, nowMs))
      .sort((one, other) => (one.facts.awaySinceMs ?? 0) - (other.facts.awaySinceMs ?? 0));
  }

  /** Who must be owed a message of this topic; each once. */
  due(bucketName: string, topic: string): Due[] {
    const due = new Map<Absent, Due>();
    this.#buckets.get(bucketName)?.tree.match(topic, (absent, granted) => {
      const { qos, retainAsPublished, subscriptionId } = granted;
      const known = due.get(absent) ?? { absent, qos: 0, retainAsPublished: false, subscriptionIds: undefined };
      due.set(absent, known);
      if (qos > known.qos) known.qos = qos;
      known.retainAsPublished ||= retainAsPublished;
      if (subscriptionId !== undefined) known.subscriptionIds = [...(known.subscriptionIds ?? []), subscriptionId];
    });
    return [...due.values()];
  }
}

/** One whose time is over waits for nobody; that it is over nobody is told. */
function isAway({ awaySinceMs, expirySeconds }: SessionFacts, nowMs: number): boolean {
  return awaySinceMs !== undefined && awaySinceMs + expirySeconds * 1000 > nowMs;
}

export function sessionKey(accountKey: string, clientId: string): string {
  return `${accountKey}\n${clientId}`;
}

/** Whether it is, or was before it came elsewhere, this session. */
export function isOf({ facts }: Absent, session: object | undefined): boolean {
  if (!(session instanceof Session)) return false;
  return session.use.account.key === facts.account.key && session.clientId === facts.clientId;
}
