/** Owns that nothing of a cluster is loaded by a bridge that stands alone, and what becomes of one that must not serve any longer. */

import type { Config } from '../../config/config.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { Store } from '../../core/store.ts';
import type { StoreOptions } from '../../store/open-store.ts';

interface Surroundings {
  readonly log: Log;
  readonly clock: Clock;
  readonly stopping?: AbortSignal | undefined;
  /** Has the service started again. */
  readonly restart?: (() => Promise<void>) | undefined;
}

/** Undefined for a bridge that stands alone. */
export function joining(
  { cluster, http }: Config,
  { log, clock, stopping, restart = () => Promise.reject(new Error('nobody starts it again')) }: Surroundings,
): ((options: StoreOptions) => Promise<Store>) | undefined {
  if (cluster === undefined) return undefined;

  /** It begins anew, and stands by then. */
  function ended(reason: string): void {
    log.error({}, `this bridge must not serve any longer: ${reason}`);
    restart().catch((error: unknown) => {
      log.error({ err: error }, 'the service ends');
      process.exit(1);
    });
  }

  return async (options) => {
    const { joinCluster } = await import('./join.ts');
    return joinCluster(cluster, options, { log, clock, http, stopping, ended });
  };
}
