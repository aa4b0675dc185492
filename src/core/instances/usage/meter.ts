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

  function tallyOf(key: string): tallies.UsageTally {
    const known = open.get(key);
    if (known) return known;
    const tally = tallies.openTally(clock.now());
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
    elsewhere: ({ kind, key }, count) => {
      if (kind === 'instance' && (count > 0 || open.has(key))) tallyOf(key).elsewhere = count;
    },
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
    const changed: [string, tallies.Counted, tallies.UsageTally][] = [];
    for (const [key, tally] of open) {
      tallies.lookAtClock(tally, clock.now());
      const counted = tallies.take(tally);
      if (counted) changed.push([instanceIdOf(key), counted, tally]);
      else if (tally.connections === 0 && tally.underWay.length === 0) open.delete(key);
    }
    if (changed.length === 0) return;
    try {
      await store.commit((tx) => {
        for (const [id, counted] of changed) put(tx, id, counted);
      });
      for (const [, counted, tally] of changed) tallies.kept(tally, counted);
    } catch (error) {
      for (const [, counted, tally] of changed) tallies.giveBack(tally, counted);
      log.warn({ err: error }, 'the usage of MQTT instances could not be kept; trying again');
    }
  }

  /** Upon what other bridges have kept meanwhile. */
  function put(tx: Transaction, id: string, counted: tallies.Counted): void {
    if (!tx.collection(INSTANCES).get(id)) return;
    const [rows, pasts] = [tx.collection(INSTANCE_USAGE), tx.collection(INSTANCE_USAGE_HISTORY)];
    const before = pasts.get(id);
    const { hours, ...usage } = tallies.withCounted(rows.get(id), before, counted, clock.now());
    rows.put({ id, ...usage });
    counted.addedTo = rows.get(id);
    if (JSON.stringify(hours) !== JSON.stringify(before?.hours ?? [])) pasts.put({ id, hours });
  }

  return {
    observer,
    connections: () => ({ ...connections }),
    of(instanceId) {
      const tally = open.get(instanceAccountKey(instanceId));
      const usage = tallies.known(kept.get(instanceId), tally, histories.get(instanceId), clock.now());
      const { total, lastSeen } = usage;
      const isHere = (tally?.connections ?? 0) > 0 && lastSeen !== null;
      return {
        counters: total,
        history: tallies.historyOf(usage),
        lastSeen: isHere ? { ...lastSeen, at: isoZulu(clock.now()) } : lastSeen,
      };
    },
    *all() {
      for (const { id, user } of instances.values()) {
        const tally = open.get(instanceAccountKey(id));
        const record = kept.get(id);
        if (!tally && !record) continue;
        const { total: counters } = tallies.known(record, tally, undefined, clock.now());
        yield { user, connections: tally?.connections ?? 0, counters };
      }
    },
    async close() {
      cancel();
      await keeping;
      await keep();
    },
  };
}
