/**
 * Owns how a bridge becomes the one of its cluster that serves: it keeps its own copy of everything, waits until the lease is its own, and
 * changes nothing any more once it is another's.
 */

import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { connectCluster } from '../../cluster/connection.ts';
import { createLease, type Lease } from '../../cluster/leases/lease.ts';
import { natsPulse } from '../../cluster/leases/pulse.ts';
import { openClusterLog } from '../../cluster/log/open-log.ts';
import { openStreams } from '../../cluster/log/streams.ts';
import type { ClusterConfig } from '../../config/cluster.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { Store } from '../../core/store.ts';
import { openStore, type StoreOptions } from '../../store/open-store.ts';
import { standBy } from './standby.ts';
import { beginTerm } from './term.ts';

interface Parts {
  readonly clock: Clock;
  readonly log: Log;
  /** Where it is said that another bridge serves. */
  readonly http: { readonly host: string; readonly port: number };
  /** Aborted when nobody wants to wait any longer. */
  readonly stopping?: AbortSignal | undefined;
  /** Called once when this bridge must not serve any longer. */
  readonly ended: (reason: string) => void;
}

/** What all bridges do only one at a time: everything, so far. */
const LEADER = 'leader';

/**
 * Resolves when it is for this bridge to serve, which may take for ever.
 * @throws ApiError `unavailable` when the cluster does not answer, or has another key or other data than this folder
 */
export async function joinCluster(cluster: ClusterConfig, options: StoreOptions, parts: Parts): Promise<Store> {
  const { clock, log, http, stopping, ended } = parts;
  const { name } = cluster;
  const holder = `${hostname()}/${randomBytes(4).toString('hex')}`;
  const undo: (() => Promise<void>)[] = [];
  const close = async () => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  try {
    const connection = await connectCluster(cluster, { log, name: `nestmtx-bridge ${holder}` });
    undo.push(() => connection.close());
    const streams = await openStreams(connection.nats, name, log);
    const unusable = deferred();
    let lease: Lease | undefined;
    const isOurTurn = () => lease?.epoch !== undefined;
    const over = openClusterLog({ streams, log, isOurTurn, stopped: unusable.reject });
    const store = await openStore(options, over);
    undo.push(() => store.close());
    lease = createLease({ id: LEADER, holder, store, pulse: natsPulse(connection, streams, name), clock, log });
    undo.push(lease.close);
    const waiting = await standBy(http, log);
    undo.push(waiting.close);
    await Promise.race([lease.taken, unusable.promise, aborted(stopping)]);
    await waiting.close();
    if (lease.epoch !== undefined) await beginTerm(options.dir, lease.epoch, log);
    lease.onLost(ended);
    void unusable.promise.catch((error: Error) => ended(error.message));
    return lease.fenced(store, close);
  } catch (error) {
    await close();
    throw error;
  }
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function deferred(): { readonly promise: Promise<never>; readonly reject: (reason: string) => void } {
  let reject = (_reason: string) => {};
  const promise = new Promise<never>((_, fail) => {
    reject = (reason) => fail(new Error(reason));
  });
  // Whoever is not waiting for it just now is told all the same.
  promise.catch(() => undefined);
  return { promise, reject };
}
