/** Owns which parts of the service can be in trouble, by name, and how it is with each at this moment. Names nobody: health is open to anyone. */

import type { Config } from '../../config/config.ts';
import { isAdministrator, USERS } from '../../core/accounts/records.ts';
import { FACTS } from '../../core/fact-records.ts';
import { INSTANCES } from '../../core/instances/records.ts';
import type { Clock, MqttLink } from '../../core/ports.ts';
import type { Store } from '../../core/store.ts';
import { isoZulu } from '../../core/wire-time.ts';
import type { Check } from '../../protocol/entities/health.ts';
import { certificateCheck } from './certificates.ts';
import { diskCheck } from './disk.ts';

export type Checks = Readonly<Record<string, () => Check>>;

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  /** Absent where no service runs. */
  readonly link?: Pick<MqttLink, 'up' | 'trouble'> | undefined;
  /** Whether the embedded broker, where there is one, has a disk that takes what it keeps. */
  readonly isKeeping: () => boolean;
  readonly hasRental: boolean;
  /** Of a cluster; undefined for a bridge that stands alone. */
  readonly membership?: { readonly holdings: { readonly isReached: boolean } } | undefined;
  /** Of what observes cameras. */
  readonly sources?: Checks | undefined;
}

/** As often as a disk that took nothing is tried again: it may be well, and nobody changes anything. */
const TRY_AGAIN_MS = 10_000;
const TRIED = 'disk-tried';

export function checksOf(config: Config, { membership, ...parts }: Parts): Checks & { readonly mqtt: () => Check } {
  const { store, clock, link, isKeeping, hasRental, sources } = parts;
  const certificates = certificateCheck(config, clock);
  return {
    setup: () => setup(store),
    store: storeCheck(store, clock),
    disk: diskCheck(config.dataDir),
    mqtt: () => mqtt(link, isKeeping()),
    ...(certificates ? { certificate: certificates } : {}),
    ...(hasRental || config.mode === 'follow' ? {} : { instances: () => unrented(store) }),
    ...(membership ? { cluster: () => cluster(membership.holdings.isReached) } : {}),
    ...sources,
  };
}

/** It goes on showing what it knows, and changes nothing. */
function cluster(isReached: boolean): Check {
  return isReached ? { healthy: true } : { healthy: null, meta: { reason: 'unreachable' } };
}

function setup(store: Store): Check {
  const users = [...store.collection(USERS).values()];
  const systemUserConfigured = users.some(({ id }) => id === '0');
  const interfaceUserConfigured = users.some(({ id, canLogin, role }) => id !== '0' && canLogin && role !== 'device');
  const healthy = systemUserConfigured && (users.some(isAdministrator) || null);
  return { healthy, meta: { systemUserConfigured, interfaceUserConfigured } };
}

function storeCheck(store: Store, clock: Clock): () => Check {
  let triedAtMs = Number.NEGATIVE_INFINITY;

  function tryAgain(): void {
    if (store.fault !== null || clock.monotonicMs() - triedAtMs < TRY_AGAIN_MS) return;
    triedAtMs = clock.monotonicMs();
    // Whether it worked is seen by whoever looks next.
    store.commit((tx) => tx.collection(FACTS).put({ id: TRIED, value: isoZulu(clock.now()) })).catch(() => undefined);
  }

  return () => {
    if (store.fault === null && store.trouble === null) return { healthy: true };
    tryAgain();
    return { healthy: false, meta: { reason: store.fault === null ? 'last-change-failed' : 'refuses-until-restart' } };
  };
}

/** Without a broker the service goes on over HTTP: degraded, not unhealthy. */
function mqtt(link: Parts['link'], isKeeping: boolean): Check {
  if (link?.up && link.trouble === undefined && isKeeping) return { healthy: true };
  const reason = link?.trouble ?? (link?.up ? 'disk' : 'unreachable');
  return { healthy: null, meta: { reason } };
}

function unrented(store: Store): Check {
  const { size } = store.collection(INSTANCES);
  return size === 0 ? { healthy: true } : { healthy: null, meta: { withoutBroker: size } };
}
