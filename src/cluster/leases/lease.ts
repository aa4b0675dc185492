/**
 * Owns one lease: who has it is decided in the log, and it is free when nothing was heard of its holder for two seconds of one's own clock. No
 * two clocks are compared. Whoever has lost it can change nothing any more, since every change is compared with the log.
 */

import type { Clock, Log } from '../../core/ports.ts';
import type { Store, Transaction } from '../../core/store.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { Pulse } from './pulse.ts';
import { LEASES } from './records.ts';

export interface Lease {
  /** Undefined while another bridge has it, or nobody. */
  readonly epoch: number | undefined;
  /** The bridge that has it, as far as is known. */
  readonly holder: string | undefined;
  /** Resolves when it is ours for the first time. */
  readonly taken: Promise<void>;
  /** Runs once, when it is ours no more, or may be another's without our knowing. */
  onLost(listener: (reason: string) => void): void;
  /** The store, which refuses every change as soon as the lease is another's. @param close in place of its own */
  fenced(store: Store, close: () => Promise<void>): Store;
  /** Gives it back. */
  close(): Promise<void>;
}

interface Options {
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
const ASK_MS = 1000;
/** Whoever cannot reach the log for so long has nothing to say any more: tenants' clients are sent away within ten seconds. */
const OUT_OF_REACH_MS = 8000;

export function createLease({ id, holder, store, pulse, clock, log }: Options): Lease {
  const records = store.collection(LEASES);
  let epoch: number | undefined;
  let heardMs = clock.monotonicMs();
  let reachedMs = heardMs;
  let isAsking = false;
  let askedMs = Number.NEGATIVE_INFINITY;
  let isLost = false;
  let isClosed = false;
  let cancel = () => {};
  let working: Promise<void> = Promise.resolve();
  let listener: (reason: string) => void = () => undefined;
  let resolveTaken = () => {};
  const taken = new Promise<void>((resolve) => {
    resolveTaken = resolve;
  });

  const stopListening = pulse.onBeat((beat) => {
    if (beat.lease === id && beat.epoch >= (records.get(id)?.epoch ?? 0)) heardMs = clock.monotonicMs();
  });
  const stopWatching = store.watch(LEASES, (changes) => {
    if (!changes.some((change) => change.id === id)) return;
    heardMs = clock.monotonicMs();
    if (epoch !== undefined && records.get(id)?.epoch !== epoch) lose('another bridge has taken it');
  });

  function lose(reason: string): void {
    if (isLost || isClosed) return;
    isLost = true;
    epoch = undefined;
    log.warn({ lease: id }, `the lease is lost: ${reason}`);
    listener(reason);
  }

  function mayTake(): boolean {
    const record = records.get(id);
    if (record === undefined || record.holder === null || record.holder === holder) return true;
    return clock.monotonicMs() - heardMs >= SILENCE_MS;
  }

  async function take(): Promise<void> {
    const seen = records.get(id)?.epoch ?? 0;
    const now = await store.commit((tx) => {
      const rows = tx.collection(LEASES);
      // Somebody else was quicker.
      if ((rows.get(id)?.epoch ?? 0) !== seen) return undefined;
      rows.put({ id, holder, epoch: seen + 1 });
      return seen + 1;
    });
    if (now === undefined || isClosed) return;
    epoch = now;
    reachedMs = clock.monotonicMs();
    pulse.beat({ lease: id, epoch, holder });
    log.info({ lease: id, epoch }, 'the lease is ours');
    resolveTaken();
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

  async function turn(): Promise<void> {
    if (epoch !== undefined) {
      askForLog();
      if (epoch !== undefined) pulse.beat({ lease: id, epoch, holder });
    } else if (!isLost && mayTake()) {
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

  wait();
  return {
    get epoch() {
      return epoch;
    },
    get holder() {
      return records.get(id)?.holder ?? undefined;
    },
    taken,
    onLost(given) {
      listener = given;
    },
    fenced: (open, closeAll) => ({
      collection: (spec) => open.collection(spec),
      watch: (spec, hear) => open.watch(spec, hear),
      commit: (change) =>
        open.commit((tx) => {
          assertHeld(tx);
          return change(tx);
        }),
      get fault() {
        return open.fault;
      },
      get trouble() {
        return open.trouble;
      },
      close: closeAll,
    }),
    async close() {
      isClosed = true;
      cancel();
      stopListening();
      stopWatching();
      await working;
      const own = epoch;
      if (own === undefined) return;
      await store
        .commit((tx) => {
          assertHeld(tx);
          tx.collection(LEASES).put({ id, holder: null, epoch: own });
        })
        .catch((error: unknown) => log.debug({ err: error, lease: id }, 'the lease could not be given back'));
      epoch = undefined;
    },
  };
}
