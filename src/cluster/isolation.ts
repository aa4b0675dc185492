/**
 * Owns noticing that the NATS server which we are connected to is cut off from the others, with us: it answers all the while, and what others keep
 * meanwhile is not told here. Decides nothing about what that means for whom.
 */

import type { Clock, Log } from '../core/ports.ts';
import type { ClusterConnection } from './connection.ts';
import type { Most } from './servers.ts';

interface IsolationSetup {
  readonly connection: Pick<ClusterConnection, 'distrust' | 'trust'>;
  /** Resolves when a majority of the servers has been written to over the connection. */
  readonly reach: () => Promise<void>;
  /** How it is with most of the servers that are known. */
  readonly lookAtMost: () => Promise<Most>;
  readonly clock: Clock;
  readonly log: Log;
}

const EVERY_MS = 1000;
/** While most servers are there, it is more likely that they choose a leader: that takes them 4 to 9 s, and all else goes on meanwhile. */
const CHOICE_MS = 10_000;
/** Between one server that is left and the next one. */
const LEAVE_MS = 5000;

/** @returns what ends it */
export function watchIsolation({ connection, reach, lookAtMost, clock, log }: IsolationSetup): () => void {
  let reachedMs = clock.monotonicMs();
  let leftMs = Number.NEGATIVE_INFINITY;
  let isIsolated = false;
  let isStopped = false;
  let cancel = () => {};

  function turn(now: boolean): void {
    if (now === isIsolated || isStopped) return;
    isIsolated = now;
    if (isIsolated) {
      log.warn({}, 'our NATS server has lost the others: what the cluster keeps is not known here until it finds them');
      leave();
    } else {
      log.info({}, 'our NATS server has found the others again');
      connection.trust();
    }
  }

  function leave(): void {
    if (isStopped) return;
    leftMs = clock.monotonicMs();
    connection.distrust();
  }

  async function look(): Promise<void> {
    const askedMs = clock.monotonicMs();
    try {
      await reach();
      reachedMs = askedMs;
      turn(false);
    } catch {
      const most = await lookAtMost();
      // They can be had, if not by way of our server: NATS may need 90 s to notice that a connection between two servers is dead.
      if (isIsolated && most === 'there' && clock.monotonicMs() - leftMs >= LEAVE_MS) leave();
      // Where most are down nobody keeps anything that could be missed here.
      if (most === 'out of reach' || (most === 'there' && askedMs - reachedMs >= CHOICE_MS)) turn(true);
    }
    if (!isStopped) cancel = clock.after(EVERY_MS, () => void look());
  }

  void look();
  return () => {
    isStopped = true;
    cancel();
  };
}
