/** Owns what `/healthz` says: whether this service works for whoever comes, which programs that restart it and balancers go by. */

import type { Store } from '../../core/store.ts';

interface Parts {
  readonly store: Pick<Store, 'fault' | 'trouble'>;
  /** Of a cluster; undefined for a bridge that stands alone. */
  readonly membership: { readonly holdings: { readonly isReached: boolean } } | undefined;
}

export function statusOf({ store, membership }: Parts): string {
  // Whoever logs in then may have been removed by the others.
  if (membership?.holdings.isReached === false) return 'the cluster is out of reach';
  return (store.fault ?? store.trouble) === null ? 'ok' : 'the store refuses writes';
}
