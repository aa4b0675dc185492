/**
 * Owns one lease: who has it is decided in the log, and it is free when nothing was heard of its holder for two seconds of one's own clock. No
 * two clocks are compared. Whoever has lost it can change nothing by it any more, since every change is compared with the log.
 */

import type { Leadership } from '../../core/cluster/leadership.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { Store, Transaction } from '../../core/store.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { Pulse } from './pulse.ts';
import { LEASES } from './records.ts';
import { createTerms } from './terms.ts';

export interface Lease extends Leadership {
  /** The bridge that has it, as far as is known. */
  readonly holder: string | undefined;
  /** Ends the work, and gives it back. */
  close(): Promise<void>;
}

export interface LeaseOptions {
  readonly id: string;
  /** Which bridge we are. */
  readonly holder: string;
  readonly store: Store;
  readonly pulse: Pulse;
  readonly clock: Clock;
  readonly log: Log;
}

const BEAT_MS = 400;
const SILENCE_MS = 2000;
const ASK_MS = 500;
/** Whoever cannot reach the log for so long has nothing to say any more: tenants' clients are sent away within ten seconds. */
const OUT_OF_REACH_MS = 8000;

export function createLease({ id, holder, store, pulse, clock, log }: LeaseOptions): Lease {
  const records = store.collection(LEASES);
  const terms = createTerms(log);
  let epoch: number | undefined;
  let heardMs = clock.monotonicMs();
  let reachedMs = heardMs;
  let turnedMs = heardMs;
  /** This process stood still, and has yet to see in the log that it is ours. */
  let isInDoubt = false;
  let isConfirming = false;
  let hasHeardOthers = false;
  let isAsking = false;
  let askedMs = Number.NEGATIVE_INFINITY;
  let isClosed = false;
  let cancel = () => {};
  let working: Promise<void> = Promise.resolve();

  const stopListening = pulse.onBeat((beat) => {
    if (beat.lease !== id || beat.epoch < (records.get(id)?.epoch ?? 0)) return;
    heardMs = clock.monotonicMs();
    if (beat.holder !== holder) hasHeardOthers = true;
  });
  const stopWatching = store.watch(LEASES, (changes) => {
    if (!changes.some((change) => change.id === id)) return;
    heardMs = clock.monotonicMs();
    const record = records.get(id);
    if (record?.holder !== null && record?.holder !== holder) hasHeardOthers = true;
    if (epoch !== undefined && record?.epoch !== epoch) lose('another bridge has taken it');
  });

  function lose(reason: string): void {
    if (epoch === undefined || isClosed) return;
    epoch = undefined;
    isInDoubt = false;
    log.warn({ lease: id }, `the lease is lost: ${reason}`);
    terms.turn(undefined);
  }

  function mayTake(): boolean {
    const record = records.get(id);
    if (record === undefined || record.holder === null || record.holder === holder) return true;
    return clock.monotonicMs() - heardMs >= SILENCE_MS;
  }

  async function take(): Promise<void> {
    const seen = records.get(id)?.epoch ?? 0;
    // Where nothing can be written, there is nothing to be had either.
    await pulse.reachLog();
    const now = await store.commit((tx) => {
      const rows = tx.collection(LEASES);
      // Somebody else was quicker.
      if ((rows.get(id)?.epoch ?? 0) !== seen) return undefined;
      rows.put({ id, holder, epoch: seen + 1 });
      return seen + 1;
    });
    if (now === undefined || isClosed || records.get(id)?.epoch !== now) return;
    epoch = now;
    reachedMs = clock.monotonicMs();
    turnedMs = reachedMs;
    isInDoubt = false;
    pulse.beat({ lease: id, epoch, holder });
    log.info({ lease: id, epoch }, 'the lease is ours');
    terms.turn({ takesOver: hasHeardOthers });
    hasHeardOthers = false;
  }

  /** Those who keep the log may be gone for us and not for others. */
  function askForLog(): void {
    if (clock.monotonicMs() - reachedMs > OUT_OF_REACH_MS) lose('the log of the cluster is out of reach');
    if (isAsking || clock.monotonicMs() - askedMs < ASK_MS) return;
    isAsking = true;
    askedMs = clock.monotonicMs();
    const sinceMs = askedMs;
    const answered = () => {
      reachedMs = sinceMs;
    };
    void pulse
      .reachLog()
      .then(answered, () => undefined)
      .finally(() => {
        isAsking = false;
      });
  }

  /** A mark in the log, behind all that others have put there meanwhile. */
  function confirm(own: number): void {
    if (isConfirming) return;
    isConfirming = true;
    const confirmed = () => {
      if (epoch === own) isInDoubt = false;
    };
    void commit((tx) => tx.collection(LEASES).put({ id, holder, epoch: own }))
      .then(confirmed, (error: unknown) => log.debug({ err: error, lease: id }, 'the lease is in doubt'))
      .finally(() => {
        isConfirming = false;
      });
  }

  async function turn(): Promise<void> {
    const nowMs = clock.monotonicMs();
    if (nowMs - turnedMs > SILENCE_MS) {
      isInDoubt = true;
      // Nobody has asked meanwhile.
      reachedMs = Math.max(reachedMs, nowMs - SILENCE_MS);
    }
    turnedMs = nowMs;
    if (epoch !== undefined) {
      askForLog();
      if (epoch === undefined) return;
      pulse.beat({ lease: id, epoch, holder });
      if (isInDoubt) confirm(epoch);
    } else if (mayTake()) {
      await take().catch((error: unknown) => log.debug({ err: error, lease: id }, 'the lease could not be taken'));
    }
  }

  function wait(): void {
    cancel = clock.after(BEAT_MS, () => {
      working = turn().finally(() => {
        if (!isClosed) wait();
      });
    });
  }

  function assertHeld(tx: Transaction): void {
    const record = tx.collection(LEASES).get(id);
    if (epoch !== undefined && record?.epoch === epoch && record.holder === holder) return;
    throw new ApiError('unavailable', { cause: new Error('another bridge of the cluster leads') });
  }

  function commit<T>(change: (tx: Transaction) => T): Promise<T> {
    return store.commit((tx) => {
      assertHeld(tx);
      return change(tx);
    });
  }

  wait();
  return {
    get leads() {
      const nowMs = clock.monotonicMs();
      const isFresh = nowMs - turnedMs <= SILENCE_MS && nowMs - reachedMs <= SILENCE_MS;
      return epoch !== undefined && !isInDoubt && isFresh;
    },
    get epoch() {
      return epoch;
    },
    get holder() {
      const known = records.get(id)?.holder ?? undefined;
      // Whoever takes it from us writes so, and we may be cut off from that.
      return known === holder && epoch === undefined ? undefined : known;
    },
    whileLeading: terms.whileLeading,
    commit,
    async close() {
      await terms.close();
      isClosed = true;
      cancel();
      stopListening();
      stopWatching();
      await working;
      const own = epoch;
      if (own === undefined) return;
      await commit((tx) => tx.collection(LEASES).put({ id, holder: null, epoch: own })).catch((error: unknown) =>
        log.debug({ err: error, lease: id }, 'the lease could not be given back'),
      );
      epoch = undefined;
    },
  };
}
