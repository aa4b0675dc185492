/**
 * Owns that the broker has what the records say: carries changes there, finishes what was interrupted, repairs drift, and ends
 * what is due. Decides nothing about whom a request may concern.
 */

import type { Leadership } from '../../cluster/leadership.ts';
import type { Clock, Log, Secrets } from '../../ports.ts';
import { createDeadlines } from '../../timing/deadlines.ts';
import { createTurns } from '../../timing/in-turn.ts';
import { createRetries } from '../../timing/retries.ts';
import { isUsable, openPassword } from '../credentials.ts';
import { type InstanceLedger, nextDeadlineMs } from '../ledger.ts';
import type { InstanceSpec, Provisioner, Receipt } from '../provisioner.ts';
import type { InstanceRecord } from '../records.ts';
import { createSharedAccess } from './shared-access.ts';

export interface KeeperSetup {
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly log: Log;
  readonly provisioner: Provisioner;
  /** Tells brokers that ask us that connections of this instance may no longer hold. */
  readonly revoked: (instanceId: string) => void;
  /** Who does what only one bridge of a cluster does. */
  readonly leadership: Pick<Leadership, 'epoch' | 'leads'>;
}

export interface InstanceKeeper {
  /** Runs work on one instance after all earlier work on it, and never while records and broker are compared. */
  inTurn<T>(id: string, work: () => Promise<T>): Promise<T>;
  /** Resolves when the broker has the instance as the record says. `former` is a password that counts besides. */
  provision(record: InstanceRecord, former?: string): Promise<void>;
  /** Does what is left to do for an instance, until it succeeds. */
  settleLater(id: string): void;
  /** Takes the instance from the broker and then buries it. Call it in turn. */
  finishRemoval(record: InstanceRecord): Promise<Receipt>;
  /** Rolls back a creation, or leaves it for later. */
  rollBack(record: InstanceRecord): Promise<void>;
  /** The same, now at first. */
  settle(id: string): Promise<void>;
  /** To be called after each change: what ends by itself is ended when it is due, by the one bridge whose work that is. */
  watch(record: InstanceRecord): void;
  /** The same for what another bridge has changed. */
  changedElsewhere(record: InstanceRecord): void;
  /**
   * The work of one bridge at a time begins: rolls back and finishes what was left, compares, and ends what is due. Resolves when everything
   * was tried once; never rejects.
   */
  start(): Promise<void>;
  /** It is another's work now. */
  rest(): Promise<void>;
  /** Makes the broker's accounts equal to the records; never rejects. */
  repairDrift(): Promise<void>;
  close(): Promise<void>;
}

const COMPARE_EVERY_MS = 5 * 60_000;
const AGAIN_MS = 60_000;
/** What another bridge has begun is its own work for so long; nobody's, where it has died. */
const BEGUN_MS = 60_000;
const DENIED_MS = 15_000;

export function createInstanceKeeper(ledger: InstanceLedger, setup: KeeperSetup): InstanceKeeper {
  const { secrets, clock, log, provisioner, revoked, leadership } = setup;
  const turns = createTurns();
  const brokerAccess = createSharedAccess();
  const retries = createRetries(settleNow, clock, log);
  const deadlines = createDeadlines(clock, (id) => void finishDue(id));
  let cancelComparison = () => {};
  let atWork: Promise<void> = Promise.resolve();
  let isAtWork = isAlone(leadership);

  const inTurn = <T>(id: string, work: () => Promise<T>): Promise<T> => turns(id, () => brokerAccess.share(work));

  function specOf(record: InstanceRecord, former?: string): InstanceSpec {
    return {
      id: record.id,
      user: record.user,
      generation: record.generation,
      enabled: isUsable(record, clock.now()),
      // Opened only for brokers that need it: there may be many.
      get passwords() {
        const current = openPassword(secrets, record);
        return former === undefined ? [current] : [current, former];
      },
    };
  }

  const provision = (record: InstanceRecord, former?: string) => provisioner.provision(specOf(record, former));

  async function finishRemoval({ id, user }: InstanceRecord): Promise<Receipt> {
    deadlines.set(id, undefined);
    try {
      const receipt = await provisioner.deprovision(user);
      await ledger.bury(id);
      return receipt;
    } finally {
      // After the broker has counted whom it sent away: no connection may be left, whatever became of the rest.
      revoked(id);
    }
  }

  function settleNow(id: string): Promise<void> {
    return inTurn(id, async () => {
      const record = ledger.get(id);
      if (!record || ledger.isBegun(id)) return;
      if (record.status === 'active') await provision(record);
      else await finishRemoval(record);
    });
  }

  async function settle(id: string): Promise<void> {
    try {
      await settleNow(id);
    } catch (error) {
      log.warn({ err: error, instance: id }, 'an MQTT instance could not be settled with the broker; trying again');
      retries.later(id);
    }
  }

  async function finishDue(id: string): Promise<void> {
    try {
      await inTurn(id, () => endWhatIsDue(id));
    } catch (error) {
      log.warn({ err: error, instance: id }, 'an MQTT instance could not be changed when it was due; trying again');
      if (isAtWork) deadlines.set(id, clock.now() + AGAIN_MS);
    }
  }

  async function endWhatIsDue(id: string): Promise<void> {
    const now = clock.now();
    let record = ledger.get(id);
    if (record !== undefined && record.status !== 'active' && !ledger.isBegun(id)) await finishRemoval(record);
    if (record?.status !== 'active') return;
    if (record.former !== null && Date.parse(record.former.until) <= now) {
      ({ after: record } = await ledger.change(id, (current) => ({
        ...current,
        former: null,
        generation: current.generation + 1,
      })));
      log.info({ audit: 'instances.former-ended', instance: id }, 'the former password of an MQTT instance has ended');
    }
    if (record.expiresAt !== null && Date.parse(record.expiresAt) <= now) {
      log.info({ audit: 'instances.expired', instance: id }, 'an MQTT instance has expired');
    }
    revoked(id);
    watch(record);
    await provision(record).catch((error: unknown) => {
      retries.later(id);
      log.warn({ err: error, instance: id }, 'the broker could not be told of a change; trying again');
    });
  }

  function watch(record: InstanceRecord): void {
    if (isAtWork) deadlines.set(record.id, nextDeadlineMs(record, clock.now()));
  }

  function changedElsewhere(record: InstanceRecord): void {
    const { id, status } = record;
    if (status === 'active') watch(record);
    else if (isAtWork) deadlines.set(id, clock.now() + (status === 'creating' ? BEGUN_MS : DENIED_MS));
  }

  async function repairDrift(): Promise<void> {
    try {
      await brokerAccess.alone(async () => {
        const active = [...ledger.values()].filter(({ status }) => status === 'active');
        const { removed, added } = await provisioner.reconcile(active.map((record) => specOf(record)));
        if (removed.length + added.length === 0) return;
        log.warn({ removed, added }, 'the accounts on the broker had drifted from the records, and were repaired');
      });
    } catch (error) {
      log.warn({ err: error }, 'the accounts on the broker could not be compared with the records');
    }
  }

  async function begin(): Promise<void> {
    for (const record of ledger.values()) watch(record);
    const unfinished = [...ledger.values()].filter(({ status }) => status !== 'active');
    // Of those that have begun in a cluster, some may still be at work.
    const left = unfinished.filter(({ status }) => isAlone(leadership) || status === 'deleting');
    for (const record of unfinished) if (!left.includes(record)) changedElsewhere(record);
    await repairDrift();
    compareRegularly();
    await Promise.all(left.map(({ id }) => settle(id)));
  }

  async function rest(): Promise<void> {
    isAtWork = false;
    cancelComparison();
    deadlines.clear();
    await atWork;
  }

  /** The accounts of a broker in this process are the records themselves: once at the start is enough. */
  function compareRegularly(): void {
    if (!isAtWork || provisioner.kind === 'embedded') return;
    cancelComparison = clock.after(COMPARE_EVERY_MS, () => {
      atWork = repairDrift().then(compareRegularly);
    });
  }

  return {
    inTurn,
    provision,
    settleLater: (id) => retries.later(id),
    finishRemoval,
    async rollBack(record) {
      ledger.abandon(record.id);
      try {
        await finishRemoval(record);
      } catch (error) {
        log.warn({ err: error, instance: record.id }, 'a creation could not be rolled back; trying again');
        retries.later(record.id);
      }
    },
    settle,
    watch,
    changedElsewhere,
    start() {
      isAtWork = true;
      atWork = begin();
      return atWork;
    },
    rest,
    repairDrift,
    async close() {
      await rest();
      await retries.close();
    },
  };
}

function isAlone({ leads, epoch }: KeeperSetup['leadership']): boolean {
  return leads && epoch === undefined;
}
