/**
 * Owns what a user may do with rented MQTT instances: only with their own, only as many as the plan has, and only durably.
 * Every change leaves a line in the log that names who and what, and no secret.
 */

import { ApiError } from '../../protocol/api-error.ts';
import { DEFAULT_OVERLAP_SECONDS } from '../../protocol/entities/instance.ts';
import { custom } from '../../protocol/violation.ts';
import type { Account } from '../accounts/accounts.ts';
import type { Leadership } from '../cluster/leadership.ts';
import type { Transaction } from '../store.ts';
import { isoZulu } from '../wire-time.ts';
import { auditTo, type Caller } from './audit.ts';
import type { InstanceChanges } from './changes.ts';
import { newPassword, openPassword } from './credentials.ts';
import {
  createInstanceLedger,
  type InstanceDetails,
  type InstanceList,
  type LedgerSetup,
  noSuchInstance,
  type Precondition,
} from './ledger.ts';
import type { InstanceQuery } from './owner-index.ts';
import type { Count, LiveSession, Receipt } from './provisioner.ts';
import type { InstanceRecord } from './records.ts';
import { createInstanceKeeper, type KeeperSetup } from './upkeep/keeper.ts';
import { createOrphanRemoval } from './upkeep/orphans.ts';
import { createUpkeepWork } from './upkeep/work.ts';
import type { InstanceUsage, InstanceUsageReport } from './usage/usage.ts';
import type { Endpoint } from './view.ts';

/** What the broker asks about topics; the API asks the very same. */
interface TopicRights {
  publish(account: Account, topic: string): TopicDecision;
  subscribe(account: Account, filter: string): TopicDecision;
}

interface TopicDecision {
  readonly allowed: boolean;
  /** The rule that decided. */
  readonly rule: string;
}

export interface InstancesSetup extends LedgerSetup, KeeperSetup {
  readonly leadership: Leadership;
  readonly usage: InstanceUsage;
  readonly topicRights: TopicRights;
  readonly endpoint: Endpoint;
}

/** All of them throw ApiError `not_found` for an instance that is absent or another's, and `unavailable` when broker or store fail. */
export interface Instances {
  /** What clients are told, of old instances as of new ones. */
  readonly endpoint: Endpoint;
  list(caller: Caller, query: InstanceQuery): InstanceList;
  /** Those of everybody, in the order in which they came, for whoever may see them all. */
  listAll(): readonly InstanceRecord[];
  read(caller: Caller, id: string): InstanceRecord;
  /** The password of each; leaves a line in the log. @throws ApiError `internal` when one cannot be opened */
  revealPasswords(caller: Caller, records: readonly InstanceRecord[]): string[];
  plan(caller: Caller): { readonly used: number; readonly limit: number };
  /**
   * Resolves when a login with the new credentials would succeed.
   * @param also becomes durable together with the instance
   * @throws ApiError `forbidden` when the plan's maximum is reached
   */
  create(
    caller: Caller,
    details: InstanceDetails,
    also?: (tx: Transaction, id: string) => void,
  ): Promise<InstanceRecord>;
  /** Denied from the first step on; resolves when nothing is left. When it fails, it is finished later or when repeated. */
  remove(caller: Caller, id: string, precondition?: Precondition): Promise<Receipt>;
  /**
   * A new password. The old one counts for `overlapSeconds` more; then whoever used it is sent away.
   * @throws ApiError `invalid_payload` for an overlap on a broker that knows one password only
   */
  rotate(
    caller: Caller,
    id: string,
    overlapSeconds: number | undefined,
    precondition?: Precondition,
  ): Promise<InstanceRecord>;
  update(caller: Caller, id: string, changes: InstanceChanges, precondition?: Precondition): Promise<InstanceRecord>;
  /** Closes all connections; they may come back. Resolves with how many there were. */
  disconnect(caller: Caller, id: string): Promise<Count>;
  sessions(caller: Caller, id: string): Promise<LiveSession[]>;
  usage(caller: Caller, id: string): InstanceUsageReport;
  checkTopic(caller: Caller, id: string, action: 'publish' | 'subscribe', topic: string): TopicDecision;
  /** Removes everything of an owner who is gone; resolves when all of it is denied. */
  removeAllOf(owner: string): Promise<void>;
  /** Finishes what an earlier run left, or another bridge, and ends what is due, for as long as that is this one's work; never rejects. */
  start(): Promise<void>;
  /** Makes the broker's accounts equal to the records: to be called when the broker has come back; never rejects. */
  repairDrift(): Promise<void>;
  close(): Promise<void>;
}

export function createInstances(setup: InstancesSetup): Instances {
  const { store, secrets, clock, log, provisioner, usage, topicRights, revoked } = setup;
  const ledger = createInstanceLedger(setup);
  const keeper = createInstanceKeeper(ledger, setup);
  const orphans = createOrphanRemoval(ledger, keeper, store, log);
  const work = createUpkeepWork({ ...setup, keeper, orphans });
  const audit = auditTo(log);

  function reached({ user, reach }: Caller, id: string): InstanceRecord {
    const isFree = reach === 'everybody' && user.role === 'admin';
    return ledger.own(isFree ? (ledger.get(id)?.owner ?? '') : user.ownerId, id);
  }

  /** What is being removed is only read and removed. */
  function active(caller: Caller, id: string): InstanceRecord {
    const record = reached(caller, id);
    if (record.status !== 'active') throw noSuchInstance();
    return record;
  }

  /** Changes record and broker together: when the broker fails, the record is as it was. */
  function changeBoth(
    caller: Caller,
    id: string,
    next: (record: InstanceRecord) => InstanceRecord,
    formerCounts = false,
  ): Promise<InstanceRecord> {
    return keeper.inTurn(id, async () => {
      active(caller, id);
      const { before, after } = await ledger.change(id, next);
      try {
        const former = formerCounts ? openPassword(secrets, before) : undefined;
        if (after.generation !== before.generation) await keeper.provision(after, former);
      } catch (error) {
        keeper.settleLater(id);
        const generation = after.generation + 1;
        // What another bridge has changed meanwhile stays.
        await ledger.change(id, (current) =>
          current.revision === after.revision ? { ...before, revision: after.revision, generation } : current,
        );
        throw error;
      }
      if (after.generation !== before.generation) revoked(id);
      keeper.watch(after);
      return after;
    });
  }

  return {
    endpoint: setup.endpoint,
    list: ({ user }, query) => ledger.list(user.ownerId, query),
    listAll: () => [...ledger.values()].filter(({ status }) => status !== 'creating'),
    read: reached,
    revealPasswords(caller, records) {
      const passwords = records.map((record) => openPassword(secrets, record));
      audit('read-secret', caller, records);
      return passwords;
    },
    plan: ({ user }) => ledger.plan(user),

    async create(caller, details, also) {
      const begun = await ledger.begin(caller.user, details);
      const { id } = begun;
      return keeper.inTurn(id, async () => {
        try {
          await keeper.provision(begun);
          const record = await ledger.activate(id, also && ((tx) => also(tx, id)));
          keeper.watch(record);
          audit('create', caller, record);
          return record;
        } catch (error) {
          await keeper.rollBack(begun);
          throw error;
        }
      });
    },

    remove: (caller, id, precondition) =>
      keeper.inTurn(id, async () => {
        const known = reached(caller, id);
        if (known.status === 'deleting') precondition?.(known);
        const record = known.status === 'deleting' ? known : await ledger.deny(id, precondition);
        try {
          const receipt = await keeper.finishRemoval(record);
          audit('remove', caller, record, { receipt });
          return receipt;
        } catch (error) {
          keeper.settleLater(id);
          throw error;
        }
      }),

    async rotate(caller, id, asked, precondition) {
      const { passwordOverlap } = provisioner.capabilities;
      if (asked && !passwordOverlap) throw noOverlap(asked);
      const overlapMs = passwordOverlap ? (asked ?? DEFAULT_OVERLAP_SECONDS) * 1000 : 0;
      const rotated = await changeBoth(
        caller,
        id,
        (record) => {
          precondition?.(record);
          const until = isoZulu(clock.now() + overlapMs);
          return {
            ...record,
            ...newPassword(secrets, record),
            former: overlapMs > 0 ? { verifier: record.verifier, until } : null,
            generation: record.generation + 1,
          };
        },
        overlapMs > 0,
      );
      audit('rotate', caller, rotated, { overlapSeconds: overlapMs / 1000 });
      return rotated;
    },

    async update(caller, id, changes, precondition) {
      const updated = await changeBoth(caller, id, (record) => {
        precondition?.(record);
        const next = { ...record, ...changes };
        const isSameAccess = next.enabled === record.enabled && next.expiresAt === record.expiresAt;
        return { ...next, generation: record.generation + (isSameAccess ? 0 : 1) };
      });
      audit('update', caller, updated, { changed: Object.keys(changes) });
      return updated;
    },

    async disconnect(caller, id) {
      const record = active(caller, id);
      const kicked = await provisioner.disconnect(record.user);
      audit('disconnect', caller, record, { kicked });
      return kicked;
    },
    sessions: async (caller, id) => provisioner.sessions(reached(caller, id).user),
    usage: (caller, id) => usage.of(reached(caller, id).id),
    checkTopic(caller, id, action, topic) {
      const { user, generation } = reached(caller, id);
      return topicRights[action]({ key: `instance:${id}`, kind: 'instance', username: user, generation }, topic);
    },

    removeAllOf: orphans.removeAllOf,
    ...work,
  };
}

function noOverlap(seconds: number): ApiError {
  const words = 'must be 0: the broker of this instance knows one password at a time';
  const violation = custom(['payload', 'overlap_seconds'], 'any.capability', words, seconds);
  return new ApiError('invalid_payload', { message: violation.message, details: [violation] });
}
