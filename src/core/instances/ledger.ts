/** Owns the records of instances: who may have one more, which names are free, every change and its order in lists. Knows no broker. */

import { ApiError } from '../../protocol/api-error.ts';
import { USERS, type UserRecord } from '../accounts/records.ts';
import type { Clock, Secrets } from '../ports.ts';
import type { Store, Transaction } from '../store.ts';
import { isoZulu } from '../wire-time.ts';
import { isUsable, newPassword, newUser } from './credentials.ts';
import { createInstanceIndex, type InstanceQuery } from './owner-index.ts';
import { INSTANCES, type InstanceRecord, spendName, TOMBSTONES } from './records.ts';
import { forgetUsage } from './usage/records.ts';

export interface LedgerSetup {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** Instances per owner, for users without a number of their own. */
  readonly limit: number;
  /** First levels of topics that mean something else on the broker (I-21). */
  readonly reservedNames: readonly string[];
  /** A record is another one now, or gone. */
  readonly changed?: (id: string) => void;
}

export type InstanceDetails = Pick<InstanceRecord, 'label' | 'expiresAt'>;

export interface InstanceList {
  readonly records: readonly InstanceRecord[];
  readonly total: number;
  readonly filtered: number;
}

export interface InstanceLedger {
  get(id: string): InstanceRecord | undefined;
  values(): Iterable<InstanceRecord>;
  /** @throws ApiError `not_found` for absent, foreign and unfinished ones alike */
  own(owner: string, id: string): InstanceRecord;
  list(owner: string, query: InstanceQuery): InstanceList;
  idsOf(owner: string): readonly string[];
  plan(user: UserRecord): { readonly used: number; readonly limit: number };
  /**
   * A record with status `creating`, which counts against the plan and which nobody sees.
   * @throws ApiError `forbidden` when the plan's maximum is reached; counting and inserting are one step (I-23)
   */
  begin(user: UserRecord, details: InstanceDetails): Promise<InstanceRecord>;
  /** Whether a request is at work on it: else a record with status `creating` is the remains of one. */
  isBegun(id: string): boolean;
  /** Makes it visible. `also` becomes durable in the same step. */
  activate(id: string, also?: (tx: Transaction) => void): Promise<InstanceRecord>;
  /** Ends a creation that came to nothing: the plan has its place back. */
  abandon(id: string): void;
  /** Replaces the record by `next` of it, one revision higher. What `next` throws changes nothing. */
  change(id: string, next: (record: InstanceRecord) => InstanceRecord): Promise<Changed>;
  /** From here on nobody is let in. What `precondition` throws changes nothing. */
  deny(id: string, precondition?: Precondition): Promise<InstanceRecord>;
  /** Removes the record and leaves its name spent, in one step. */
  bury(id: string): Promise<void>;
}

/** Refuses a change by throwing; sees the record as it is in the very step that would change it. */
export type Precondition = (current: InstanceRecord) => void;

interface Changed {
  readonly before: InstanceRecord;
  readonly after: InstanceRecord;
}

export function createInstanceLedger(setup: LedgerSetup): InstanceLedger {
  const { store, secrets, clock, limit, changed } = setup;
  const reserved = new Set(setup.reservedNames);
  const records = store.collection(INSTANCES);
  const users = store.collection(USERS);
  const index = createInstanceIndex();
  /** Ids to owners. */
  const begun = new Map<string, string>();
  /** The same of what other bridges have begun. */
  const begunElsewhere = new Map<string, string>();
  for (const record of records.values()) if (isListed(record)) index.add(record);

  store.watch(INSTANCES, (changes) => {
    for (const { id, before, after } of changes) {
      if (before && isListed(before)) index.remove(before);
      begunElsewhere.delete(id);
      if (after && isListed(after)) index.add(after);
      else if (after) begunElsewhere.set(id, after.owner);
      changed?.(id);
    }
  });

  function count(owner: string, isBegun: (id: string) => boolean): number {
    let found = index.count(owner);
    for (const [id, ofOwner] of begun) if (ofOwner === owner && isBegun(id)) found += 1;
    for (const ofOwner of begunElsewhere.values()) if (ofOwner === owner) found += 1;
    return found;
  }

  function plan(user: UserRecord): { used: number; limit: number } {
    return { used: count(user.ownerId, () => true), limit: users.get(user.id)?.instanceLimit ?? limit };
  }

  /** Asked again whenever another bridge was quicker: those of ours count that come before. */
  function assertRoom(tx: Transaction, user: UserRecord): void {
    const current = tx.collection(USERS).get(user.id);
    if (!current) throw new ApiError('unauthorized');
    const rows = tx.collection(INSTANCES);
    if (count(user.ownerId, (id) => rows.get(id) !== undefined) < (current.instanceLimit ?? limit)) return;
    throw new ApiError('forbidden', {
      message: 'Maximum number of MQTT instances reached. Please upgrade your account.',
    });
  }

  function draw(tx: Transaction, id: string, { ownerId: owner }: UserRecord, details: InstanceDetails): InstanceRecord {
    const rows = tx.collection(INSTANCES);
    const logins = tx.collection(USERS);
    const spent = tx.collection(TOMBSTONES);
    const isTaken = (name: string) =>
      reserved.has(name) || Boolean(rows.by('user', name) ?? logins.by('username', name) ?? spent.get(name));
    const record: InstanceRecord = {
      id,
      owner,
      user: newUser(secrets, isTaken),
      ...newPassword(secrets, { id, owner }),
      former: null,
      status: 'creating',
      createdAt: isoZulu(clock.now()),
      generation: 1,
      ...details,
      enabled: true,
      revision: 1,
    };
    rows.put(record);
    return record;
  }

  async function change(
    id: string,
    next: (record: InstanceRecord) => InstanceRecord,
    also: (tx: Transaction) => void = () => undefined,
  ): Promise<Changed> {
    const outcome = await store.commit((tx) => {
      const rows = tx.collection(INSTANCES);
      const before = rows.get(id);
      if (!before) throw noSuchInstance();
      const after = { ...next(before), revision: before.revision + 1 };
      rows.put(after);
      also(tx);
      return { before, after };
    });
    changed?.(id);
    return outcome;
  }

  return {
    get: (id) => records.get(id),
    values: () => records.values(),
    own(owner, id) {
      const record = records.get(id);
      if (record?.owner !== owner || record.status === 'creating') throw noSuchInstance();
      return record;
    },
    list(owner, query) {
      const { ids, total, filtered } = index.find(owner, query);
      return { records: ids.flatMap((id) => records.get(id) ?? []), total, filtered };
    },
    idsOf: (owner) => index.idsOf(owner),
    plan,
    async begin(user, details) {
      const id = secrets.newHex(24);
      begun.set(id, user.ownerId);
      try {
        return await store.commit((tx) => {
          assertRoom(tx, user);
          return draw(tx, id, user, details);
        });
      } catch (error) {
        begun.delete(id);
        throw error;
      }
    },
    isBegun: (id) => begun.has(id),
    async activate(id, also) {
      const { after } = await change(id, (record) => ({ ...record, status: 'active' }), also);
      index.add(after);
      begun.delete(id);
      return after;
    },
    abandon: (id) => void begun.delete(id),
    change: (id, next) => change(id, next),
    async deny(id, precondition) {
      const { after } = await change(id, (record) => {
        precondition?.(record);
        return { ...record, status: 'deleting', generation: record.generation + 1 };
      });
      return after;
    },
    async bury(id) {
      const record = await store.commit((tx) => {
        const rows = tx.collection(INSTANCES);
        const buried = rows.get(id);
        if (!buried) return undefined;
        rows.delete(id);
        forgetUsage(tx, id);
        spendName(tx, buried.user, isoZulu(clock.now()));
        return buried;
      });
      if (record) index.remove(record);
      begunElsewhere.delete(id);
      changed?.(id);
    },
  };
}

function isListed({ status }: InstanceRecord): boolean {
  return status !== 'creating';
}

export function noSuchInstance(): ApiError {
  return new ApiError('not_found', { message: 'No such MQTT instance' });
}

/** The next moment at which the instance changes by itself; undefined when there is none. */
export function nextDeadlineMs(record: InstanceRecord, nowMs: number): number | undefined {
  if (record.status !== 'active') return undefined;
  const moments = record.former === null ? [] : [Date.parse(record.former.until)];
  if (record.expiresAt !== null && isUsable(record, nowMs)) moments.push(Date.parse(record.expiresAt));
  return moments.length > 0 ? Math.min(...moments) : undefined;
}
