/** Owns how the embedded broker of a cluster's bridge keeps what it has where the next bridge finds it. */

import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Company } from '../../brokers/embedded/backbone/backbone.ts';
import { joinCompany } from '../../brokers/embedded/backbone/joined.ts';
import { type LimitChanges, limitsWith } from '../../brokers/embedded/limits.ts';
import { connectCluster } from '../../cluster/connection.ts';
import { joinExchange } from '../../cluster/exchange/nats-exchange.ts';
import { openShelves } from '../../cluster/shelf/shelves.ts';
import type { ClusterConfig } from '../../config/cluster.ts';
import type { Closers } from '../../core/lifecycle.ts';
import type { Clock, Log } from '../../core/ports.ts';

interface Parts {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: LimitChanges;
}

/** @throws ApiError `unavailable` when the cluster does not answer, or cannot store */
export async function openCompany(cluster: ClusterConfig, parts: Parts, closers: Closers): Promise<Company> {
  const { clock, log, limits } = parts;
  const id = randomBytes(16).toString('hex');
  const name = `nestmtx-bridge ${hostname()} broker`;
  // One of its own: a storm of messages must not keep the log waiting, and what is said here is not to come back.
  const connection = await connectCluster(cluster, { log, name, hearsItself: false });
  closers.add('broker connection', () => connection.close());
  const exchange = await joinExchange({ connection, clock, log, prefix: cluster.name, id });
  closers.add('exchange', () => exchange.close());
  const { home, tenant } = limitsWith(limits);
  const queueLength = Math.max(home.queuedMessagesPerSession, tenant.queuedMessagesPerSession);
  const shelves = await openShelves({ connection, log, prefix: cluster.name, queueLength });
  return joinCompany({ exchange, shelves, clock, log });
}
