/**
 * Owns how a bridge becomes one of its cluster: it keeps its own copy of everything, speaks with the others, and takes part in who leads.
 * Knows nothing of what it serves.
 */

import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { KEPT_FILE } from '../../brokers/embedded/kept/open-kept.ts';
import { type ClusterConnection, connectCluster } from '../../cluster/connection.ts';
import { createConsistency } from '../../cluster/consistency.ts';
import { joinExchange } from '../../cluster/exchange/nats-exchange.ts';
import { watchIsolation } from '../../cluster/isolation.ts';
import { createHoldings, type SharedHoldings } from '../../cluster/leases/holdings.ts';
import { createLease, type Lease } from '../../cluster/leases/lease.ts';
import { natsPulse, type Pulse } from '../../cluster/leases/pulse.ts';
import { LEADER, LEASES } from '../../cluster/leases/records.ts';
import { openClusterLog } from '../../cluster/log/open-log.ts';
import { openStreams, reachOver } from '../../cluster/log/streams.ts';
import { lookAtMost } from '../../cluster/servers.ts';
import type { ClusterConfig } from '../../config/cluster.ts';
import type { Consistency } from '../../core/cluster/consistency.ts';
import type { Exchange } from '../../core/cluster/exchange.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { Store, Transaction } from '../../core/store.ts';
import type { ClusterInfo } from '../../protocol/entities/system/cluster.ts';
import { openStore, type StoreOptions } from '../../store/open-store.ts';
import { clusterInfo } from './info.ts';

interface Parts {
  readonly clock: Clock;
  readonly log: Log;
  /** Called once, when the log cannot be followed any more: nothing of this bridge is true from then on. */
  readonly ended: (reason: string) => void;
}

/** As long as a NATS server may need at its worst to have something written by a majority that is there. */
const REACHED_MS = 1000;

/** What a bridge of a cluster has, and one that stands alone has not. */
export interface Membership {
  readonly bridge: {
    /** 32 hex digits; another one after each start. */
    readonly id: string;
    /** For people. */
    readonly name: string;
  };
  readonly exchange: Exchange;
  readonly consistency: Consistency;
  /** Where what the broker keeps for all of them lies; beside the log, which a storm of messages must not keep waiting. */
  readonly connection: ClusterConnection;
  /** For leases besides that of who leads. */
  readonly pulse: Pulse;
  /** Who leads, as far as is known. */
  readonly leader: string | undefined;
  /** What this bridge shares out with those that live. */
  readonly holdings: SharedHoldings;
  /** How it is with all of them. */
  readonly condition: () => Promise<ClusterInfo>;
}

export interface Joined {
  /** Every bridge may change it. */
  readonly store: Store;
  readonly lease: Lease;
  readonly holdings: SharedHoldings;
  /** Of whoever leads, at the place of a change in the log. */
  readonly epoch: (tx: Transaction) => number | undefined;
  readonly membership: Membership;
  /** Gives back what this bridge alone does, tells the others, and closes the store. */
  close(): Promise<void>;
}

/** @throws ApiError `unavailable` when the cluster does not answer, or has another key or other data than this folder */
export async function joinCluster(cluster: ClusterConfig, options: StoreOptions, parts: Parts): Promise<Joined> {
  const { clock, log, ended } = parts;
  const { servers } = cluster;
  const prefix = cluster.name;
  const id = randomBytes(16).toString('hex');
  const name = hostname();
  const holder = `${name}/${id.slice(0, 8)}`;
  const undo: (() => unknown)[] = [];
  const close = async () => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  try {
    const connect = async (as: string, hearsItself: boolean) => {
      const opened = await connectCluster(cluster, { log, name: `nestmtx-bridge ${as}`, hearsItself });
      undo.push(() => opened.close());
      return opened;
    };
    const forLog = await connect(holder, true);
    const connection = await connect(`${holder} broker`, false);
    const streams = await openStreams(forLog.nats, prefix, log);
    const place = openClusterLog({ streams, log, by: holder, isOurTurn: () => lease?.leads === true, stopped: ended });
    let lease: Lease | undefined;
    const store = await openStore(options, place.over);
    undo.push(() => store.close());
    // What the broker of a single bridge has kept is of another time: sessions begin anew.
    await rm(join(options.dir, KEPT_FILE), { force: true });
    const exchange = await joinExchange({ connection, clock, log, prefix, id });
    undo.push(() => exchange.close());
    // They may be with different servers.
    for (const each of [connection, forLog]) {
      const reach = reachOver(each.nats, streams, REACHED_MS);
      undo.push(watchIsolation({ connection: each, reach, lookAtMost: () => lookAtMost(servers), clock, log }));
    }
    const consistency = createConsistency({ exchange, store, place });
    undo.push(consistency.close);
    const pulse = natsPulse(forLog, streams, prefix);
    lease = createLease({ id: LEADER, holder, store, pulse, clock, log });
    undo.push(lease.close);
    const own = lease;
    const entry = () => place.reached;
    const holdings = createHoldings({
      holder,
      store,
      leadership: own,
      pulse,
      entry,
      isConnected: () => connection.isUp,
      caughtUp: consistency.caughtUp,
      clock,
      log,
    });
    undo.push(holdings.close);
    const epoch = (tx: Transaction) => tx.collection(LEASES).get(LEADER)?.epoch;
    const membership: Membership = {
      ...{ bridge: { id, name }, exchange, consistency, connection, pulse, holdings },
      get leader() {
        return own.holder;
      },
      condition: () =>
        clusterInfo({ name: prefix, holder, leader: own.holder, bridges: holdings.bridges, streams, log }),
    };
    return { store, lease, holdings, epoch, membership, close };
  } catch (error) {
    await close();
    throw error;
  }
}
