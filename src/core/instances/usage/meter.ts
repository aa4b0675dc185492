/**
 * Owns the usage of all instances: counts what the broker tells, answers the API, and makes it durable once a minute in one
 * commit. A crash costs the last minute. Nothing is kept of an instance that is gone.
 */

import type { Account } from '../../accounts/accounts.ts';
import type { Clock, Log } from '../../ports.ts';
import type { Store, Transaction } from '../../store.ts';
import { isoZulu } from '../../wire-time.ts';
import { instanceAccountKey, instanceIdOf } from '../logins.ts';
import { INSTANCES } from '../records.ts';
import type { BrokerObserver, ObservedClient } from './broker-observer.ts';
import { INSTANCE_USAGE, INSTANCE_USAGE_HISTORY } from './records.ts';
import * as tallies from './tally.ts';
import type { InstanceCounters, InstanceUsage, LastSeen } from './usage.ts';

export interface UsageMeter extends InstanceUsage {
  readonly observer: BrokerObserver;
  /** Connections at the broker by kind of account. */
  connections(): Readonly<Record<Account['kind'], number>>;
  /** Every instance that has been used. */
  all(): Iterable<MeteredInstance>;
  /** Makes durable what is counted. */
  close(): Promise<void>;
}

interface MeteredInstance {
  readonly user: string;
  readonly connections: number;
  readonly counters: InstanceCounters;
}

const KEEP_EVERY_MS = 60_000;
const HOUR_MS = 60 * 60 * 1000;

export function createUsageMeter(store: Store, clock: Clock, log: Log): UsageMeter {
  const instances = store.collection(INSTANCES);
  const kept = store.collection(INSTANCE_USAGE);
  const histories = store.collection(INSTANCE_USAGE_HISTORY);
  /** By account key; those that have something to count now, or not yet durable. */
  const open = new Map<string, tallies.UsageTally>();
  const connections = { admin: 0, user: 0, device: 0, instance: 0 };
  let cancel = () => {};
  let keeping: Promise<void> = Promise.resolve();
  waitForNext();

  const read = (id: string) => tallies.openTally(kept.get(id), histories.get(id), clock.now());

  function tallyOf(key: string): tallies.UsageTally {
    const known = open.get(key);
    if (known) return known;
    const tally = read(instanceIdOf(key));
    open.set(key, tally);
    return tally;
  }

  function lastSeenOf({ clientId, address }: ObservedClient): LastSeen {
    return { at: isoZulu(clock.now()), address: address ?? null, clientId };
  }

  function count(account: Account, change: 1 | -1, from: ObservedClient): void {
    connections[account.kind] += change;
    if (account.kind === 'instance') tallies.countConnection(tallyOf(account.key), change, lastSeenOf(from));
  }

  const observer: BrokerObserver = {
    connected: (account, from) => count(account, 1, from),
    disconnected: (account, from) => count(account, -1, from),
    published: ({ kind, key }, bytes) => {
      if (kind === 'instance') tallies.countReceived(tallyOf(key), bytes);
    },
    delivered: ({ kind, key }, bytes) => {
      if (kind === 'instance') tallies.countSent(tallyOf(key), bytes);
    },
    refused: (username) => {
      const instance = instances.by('user', username);
      if (instance) tallies.countRefusal(tallyOf(instanceAccountKey(instance.id)));
    },
  };

  /** At the beginning of each hour too, so that what is counted belongs to its own. */
  function waitForNext(): void {
    const untilNextHour = HOUR_MS - (clock.now() % HOUR_MS);
    cancel = clock.after(Math.min(KEEP_EVERY_MS, untilNextHour), () => {
      waitForNext();
      keeping = keep();
    });
  }

  async function keep(): Promise<void> {
    const changed: [string, tallies.UsageTally][] = [];
    for (const [key, tally] of open) {
      tallies.noteActivity(tally, clock.now());
      tallies.turnHour(tally, clock.now());
      if (tally.isChanged) changed.push([instanceIdOf(key), tally]);
      else if (tally.connections === 0) open.delete(key);
    }
    if (changed.length === 0) return;
    try {
      await store.commit((tx) => {
        for (const [id, tally] of changed) put(tx, id, tally);
      });
    } catch (error) {
      for (const [, tally] of changed) {
        tally.isChanged = true;
        tally.isHistoryChanged = true;
      }
      log.warn({ err: error }, 'the usage of MQTT instances could not be kept; trying again');
    }
  }

  function put(tx: Transaction, id: string, tally: tallies.UsageTally): void {
    const { total, hour, lastSeen, history, isHistoryChanged } = tally;
    tally.isChanged = false;
    tally.isHistoryChanged = false;
    if (!tx.collection(INSTANCES).get(id)) return;
    tx.collection(INSTANCE_USAGE).put({ id, total, hour, lastSeen });
    if (isHistoryChanged) tx.collection(INSTANCE_USAGE_HISTORY).put({ id, hours: history });
  }

  return {
    observer,
    connections: () => ({ ...connections }),
    of(instanceId) {
      const tally = open.get(instanceAccountKey(instanceId)) ?? read(instanceId);
      const { total, lastSeen, connections: now } = tally;
      const isHere = now > 0 && lastSeen !== null;
      return {
        counters: { ...total },
        history: tallies.historyOf(tally),
        lastSeen: isHere ? { ...lastSeen, at: isoZulu(clock.now()) } : lastSeen,
      };
    },
    *all() {
      for (const { id, user } of instances.values()) {
        const tally = open.get(instanceAccountKey(id));
        const counters = tally?.total ?? kept.get(id)?.total;
        if (counters) yield { user, connections: tally?.connections ?? 0, counters };
      }
    },
    async close() {
      cancel();
      await keeping;
      await keep();
    },
  };
}
