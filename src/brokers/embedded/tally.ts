/** Owns what the broker counts of itself, for `$SYS` and for the log: what is dropped is said once a minute, by account. */

import type { Account } from '../../core/accounts/accounts.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { Counters } from './service/figures.ts';

export interface Tally {
  readonly counters: Counters;
  /** A message that somebody should have had did not fit: into a queue, a socket, or the limits of an account. */
  dropped(account: Account): void;
  close(): void;
}

const REPORT_MS = 60_000;

export function createTally(clock: Clock, log: Log): Tally {
  const counters: Counters = {
    messagesReceived: 0,
    messagesSent: 0,
    bytesReceived: 0,
    bytesSent: 0,
    publishesReceived: 0,
    publishesSent: 0,
    publishBytesReceived: 0,
    publishBytesSent: 0,
    publishesDropped: 0,
  };
  const byAccount = new Map<string, number>();
  let cancel: (() => void) | undefined;

  function report(): void {
    cancel = undefined;
    for (const [account, messages] of byAccount) {
      log.warn({ account, messages }, 'messages were dropped: they did not fit into queues, sockets or limits');
    }
    byAccount.clear();
  }

  return {
    counters,
    dropped({ key }) {
      counters.publishesDropped += 1;
      byAccount.set(key, (byAccount.get(key) ?? 0) + 1);
      cancel ??= clock.after(REPORT_MS, report);
    },
    close: () => cancel?.(),
  };
}
