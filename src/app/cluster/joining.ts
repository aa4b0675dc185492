/** Owns that nothing of a cluster is loaded by a bridge that stands alone, and what becomes of one that must not serve any longer. */

import type { Config } from '../../config/config.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { StoreOptions } from '../../store/open-store.ts';
import type { Joined } from './join.ts';
import { standBy } from './standby.ts';

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
): ((options: StoreOptions) => Promise<Joined>) | undefined {
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
    const joined = await joinCluster(cluster, options, { log, clock, ended });
    let isClosing = false;
    const close = () => {
      isClosing = true;
      return joined.close();
    };
    try {
      const waiting = await standBy(http, log);
      const taken = new Promise<void>((resolve) => {
        joined.lease.whileLeading(() => {
          resolve();
          return () => {
            if (!isClosing) ended('another bridge may lead');
          };
        });
      });
      await Promise.race([taken, aborted(stopping)]).finally(() => waiting.close());
      const { store, lease } = joined;
      const fenced: Joined['store'] = {
        ...store,
        commit: lease.commit,
        get fault() {
          return store.fault;
        },
        get trouble() {
          return store.trouble;
        },
      };
      return { ...joined, store: fenced, close };
    } catch (error) {
      await close();
      throw error;
    }
  };
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
