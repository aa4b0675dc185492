/** Owns how the embedded broker of a cluster's bridge comes beside the others: what it keeps is kept where each of them finds it. */

import type { Company } from '../../brokers/embedded/backbone/backbone.ts';
import { joinCompany } from '../../brokers/embedded/backbone/joined.ts';
import { type LimitChanges, limitsWith } from '../../brokers/embedded/limits.ts';
import { openShelves } from '../../cluster/shelf/shelves.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { Membership } from './join.ts';

interface Parts {
  readonly prefix: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: LimitChanges;
}

/** @throws ApiError `unavailable` when the cluster does not answer, or cannot store */
export async function openCompany({ connection, exchange, consistency }: Membership, parts: Parts): Promise<Company> {
  const { prefix, clock, log, limits } = parts;
  const { home, tenant } = limitsWith(limits);
  const queueLength = Math.max(home.queuedMessagesPerSession, tenant.queuedMessagesPerSession);
  const shelves = await openShelves({ connection, log, prefix, queueLength });
  return joinCompany({ exchange, shelves, clock, log, isUpToDate: consistency.caughtUp });
}
