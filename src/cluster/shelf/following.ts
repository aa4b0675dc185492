/** Owns what is told of a shelf: what is there, read once, and what its stream's leader tells of each change; after a loss all of it again. */

import { setTimeout as pause } from 'node:timers/promises';
import type { Kept, Shelf } from '../../core/cluster/shelf.ts';
import type { Log } from '../../core/ports.ts';
import type { FairQueue } from '../../core/timing/fair-queue.ts';
import type { ClusterConnection } from '../connection.ts';

interface FollowingSetup {
  readonly connection: ClusterConnection;
  readonly log: Log;
  /** Where its changes are told. */
  readonly subject: string;
  readonly keptOf: (told: Told) => Kept;
  readonly read: () => Promise<Kept[]>;
  /** The same as a replica knows it, which may lag behind by a moment, also while there is no leader. */
  readonly near: () => Promise<Kept[]>;
  /** In which all that is followed is read again: who finds its servers again must not have them answer for all accounts at once. */
  readonly turns: Pick<FairQueue, 'run'>;
  /** Its stream has another leader: what the former one has stored last it may have told nobody. @returns what ends it */
  readonly onLeader: (listener: () => void) => () => void;
}

/** As a server tells it. */
interface Told {
  readonly subject: string;
  readonly position: number;
  readonly mark: string;
  readonly bytes: Uint8Array;
  readonly previous: number;
}

const PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/** NATS tells each change at most once: what was missed though no connection was lost, and no leader, is known after so long. */
const REVIEW_MS = 300_000;

/** What is told from now on. */
export function watch(
  { connection, subject, keptOf, onLeader }: Pick<FollowingSetup, 'connection' | 'subject' | 'keptOf' | 'onLeader'>,
  tell: (kept: Kept) => void,
  again: () => void,
): () => void {
  const subscription = connection.nats.subscribe(subject, {
    callback(error, { subject: told, data, headers }) {
      if (error) return;
      const place = Number(headers?.get('Nats-Sequence'));
      const previous = Number(headers?.get('Nats-Last-Sequence'));
      tell(keptOf({ subject: told, position: place, previous, mark: headers?.get('Nats-Msg-Id') ?? '', bytes: data }));
    },
  });
  const stopWatching = connection.onChange((isUp) => {
    if (isUp) again();
  });
  const stopHearing = onLeader(again);
  const review = setInterval(again, REVIEW_MS).unref();
  return () => {
    stopWatching();
    stopHearing();
    clearInterval(review);
    subscription.unsubscribe();
  };
}

export async function follow(
  setup: FollowingSetup,
  ...[, tell, again, doubt]: Parameters<Shelf['follow']>
): Promise<() => void> {
  const { connection, log, subject, read, near, turns, onLeader } = setup;
  /** What is told while it is read: it comes after that, and what is in both comes once. */
  let early: Kept[] | undefined = [];
  let position = 0;
  /** What is told while it is read is known all the same. */
  let isAhead = false;

  function take(kept: Kept): void {
    if (kept.position <= position) return;
    position = kept.position;
    tell(kept);
  }

  async function load(begin: () => void): Promise<void> {
    early ??= [];
    const found = await read();
    begin();
    position = 0;
    for (const kept of [...found, ...early]) take(kept);
    early = undefined;
    isAhead = false;
  }

  /** What may be missed while it is read is read once more. */
  let isAsked = false;
  let isReading = true;
  let isStopped = false;

  let losses = 0;
  let isInDoubt = false;

  function lose(): void {
    losses += 1;
    isInDoubt = true;
    isAhead = false;
    doubt?.(true);
  }

  /** @param loss the last one before all was read */
  function settle(loss: number): void {
    if (!isInDoubt || loss !== losses || !connection.isUp) return;
    isInDoubt = false;
    doubt?.(false);
  }

  /** What there is more than is known, without the leader: to find the next one may take seconds, and who is in doubt waits. */
  async function catchUp(): Promise<void> {
    const loss = losses;
    const isWanted = () => isInDoubt && loss === losses && connection.isUp && !isStopped;
    async function ask(): Promise<void> {
      const found = await near();
      if (!isWanted()) return;
      for (const kept of [...found, ...(early ?? [])]) take(kept);
      isAhead = true;
      settle(loss);
    }
    // Also while an earlier question waits: that may have gone to a server that stands still.
    for (let pauseMs = PAUSE_MS; isWanted(); pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      void ask().catch(() => undefined);
      await pause(pauseMs);
    }
  }

  async function reload(): Promise<void> {
    isAsked = true;
    if (isReading) return;
    isReading = true;
    while (isAsked && !isStopped) {
      isAsked = false;
      try {
        const loss = losses;
        await turns.run(subject, () => load(again));
        settle(loss);
      } catch (error) {
        log.warn({ err: error, subject }, 'what the cluster keeps could not be read again, trying on');
        await pause(PAUSE_MS);
        isAsked = connection.isUp;
      }
    }
    isReading = false;
  }

  // Something later may have been told since, so that nobody could tell from its place whether something is missing.
  const stopHearing = onLeader(() => void reload());
  const stopDoubting =
    doubt &&
    connection.onChange((isUp, wasDistrusted) => {
      if (!isUp) lose();
      // A server that was cut off may not have caught up itself.
      else if (!wasDistrusted) void catchUp();
    });
  const stopWatching = watch(
    { ...setup, onLeader: () => () => undefined },
    (kept) => {
      early?.push(kept);
      if (early === undefined || isAhead) take(kept);
    },
    () => void reload(),
  );
  const stop = () => {
    isStopped = true;
    stopHearing();
    stopDoubting?.();
    stopWatching();
  };
  try {
    await connection.nats.flush();
    await load(() => undefined);
  } catch (error) {
    stop();
    throw error;
  }
  isReading = false;
  if (isAsked) void reload();
  return stop;
}
