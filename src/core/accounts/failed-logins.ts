/**
 * Owns what is told of logins that failed: the last ones for administrators, and one event for as long as somebody keeps guessing. Names that no
 * user has are kept nowhere: people type passwords there.
 */

import type { BridgeEvent } from '../../protocol/events.ts';
import type { Bus } from '../bus.ts';
import { keepEvents } from '../happened/outbox.ts';
import { networkOf } from '../network.ts';
import type { Clock, Log } from '../ports.ts';
import type { Store } from '../store.ts';
import { isoZulu } from '../wire-time.ts';
import { USERS } from './records.ts';

/** Failed logins of one network under one name. */
interface FailedLogin {
  readonly username: string | null;
  /** An IPv4 address, or the network of an IPv6 one. */
  readonly network: string;
  readonly times: number;
  readonly lastMs: number;
}

export interface FailedLogins {
  note(login: { readonly username: string; readonly address: string | undefined }): void;
  /** Since the start. */
  readonly count: number;
  /** The latest first, the last hundred pairs of name and network. */
  recent(): readonly FailedLogin[];
}

interface Ports {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

const MAX_KEPT = 100;
/** Somebody who mistypes is nobody to be warned of. */
const TOLD_FROM = 5;
const PERIOD_MS = 10 * 60 * 1000;

export function createFailedLogins({ store, bus, clock, log }: Ports): FailedLogins {
  const users = store.collection(USERS);
  /** By name and network; those that failed longest ago come first. */
  const failed = new Map<string, FailedLogin>();
  let count = 0;
  let period = { sinceMs: Number.NEGATIVE_INFINITY, attempts: 0 };

  function keep(username: string | null, network: string): void {
    const key = JSON.stringify([username, network]);
    const times = (failed.get(key)?.times ?? 0) + 1;
    failed.delete(key);
    failed.set(key, { username, network, times, lastMs: clock.now() });
    const [oldest] = failed.keys();
    if (failed.size > MAX_KEPT && oldest !== undefined) failed.delete(oldest);
  }

  async function tell(details: BridgeEvent['details']): Promise<void> {
    const event = { domain: 'logins', event: 'failed', entity: null, details, at: isoZulu(clock.now()) } as const;
    const kept = store
      .commit((tx) => keepEvents(tx, [event]))
      .catch((error: unknown) => {
        log.warn({ err: error }, 'that logins have failed could not be kept at once');
        // Whoever publishes it keeps it.
        return [event];
      });
    for (const one of await kept) bus.emit('event', one);
  }

  return {
    note({ username, address }) {
      const network = networkOf(address);
      count += 1;
      keep(users.by('username', username) ? username : null, network);
      const nowMs = clock.monotonicMs();
      if (nowMs - period.sinceMs >= PERIOD_MS) period = { sinceMs: nowMs, attempts: 0 };
      period.attempts += 1;
      if (period.attempts !== TOLD_FROM) return;
      log.warn({ network, attempts: period.attempts }, 'several logins have failed: is somebody guessing passwords?');
      void tell({ attempts: period.attempts, network });
    },
    get count() {
      return count;
    },
    recent: () => [...failed.values()].reverse(),
  };
}
