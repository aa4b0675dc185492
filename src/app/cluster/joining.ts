/** Owns that nothing of a cluster is loaded by a bridge that stands alone, and what becomes of one that cannot know any more what is so. */

import type { Config } from '../../config/config.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { StoreOptions } from '../../store/open-store.ts';
import type { Joined } from './join.ts';

interface Surroundings {
  readonly log: Log;
  readonly clock: Clock;
  readonly stopping?: AbortSignal | undefined;
  /** Has the service started again. */
  readonly restart?: (() => Promise<void>) | undefined;
}

/** Undefined for a bridge that stands alone. */
export function joining(
  { cluster, http, mode }: Config,
  { log, clock, stopping, restart = () => Promise.reject(new Error('nobody starts it again')) }: Surroundings,
): ((options: StoreOptions) => Promise<Joined>) | undefined {
  if (cluster === undefined) return undefined;

  function ended(reason: string): void {
    log.error({}, `this bridge begins anew: ${reason}`);
    restart().catch((error: unknown) => {
      log.error({ err: error }, 'the service ends');
      process.exit(1);
    });
  }

  return async (options) => {
    const { joinCluster } = await import('./join.ts');
    const joined = await joinCluster(cluster, options, { log, clock, ended });
    if (mode === 'serve') return joined;
    const { waitToLead } = await import('./standby.ts');
    return waitToLead(joined, { http, log, stopping, ended });
  };
}
