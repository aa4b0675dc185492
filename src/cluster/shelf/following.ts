/** Owns what is told of a shelf: what is there, read once, and what its stream's leader tells of each change; after a loss all of it again. */

import { setTimeout as pause } from 'node:timers/promises';
import type { Kept, Shelf } from '../../core/cluster/shelf.ts';
import type { Log } from '../../core/ports.ts';
import type { ClusterConnection } from '../connection.ts';

interface FollowingSetup {
  readonly connection: ClusterConnection;
  readonly log: Log;
  /** Where its changes are told. */
  readonly subject: string;
  readonly keptOf: (told: Told) => Kept;
  readonly read: () => Promise<Kept[]>;
  readonly newest: () => Promise<number>;
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
  return () => {
    stopWatching();
    stopHearing();
    subscription.unsubscribe();
  };
}

export async function follow(
  setup: FollowingSetup,
  ...[, tell, again]: Parameters<Shelf['follow']>
): Promise<() => void> {
  const { connection, log, subject, read, newest, onLeader } = setup;
  /** What is told while it is read: it comes after that, and what is in both comes once. */
  let early: Kept[] | undefined = [];
  let position = 0;

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
  }

  /** What may be missed while it is read is read once more. */
  let isAsked = false;
  let isReading = true;
  let isStopped = false;

  async function reload(): Promise<void> {
    isAsked = true;
    if (isReading) return;
    isReading = true;
    while (isAsked && !isStopped) {
      isAsked = false;
      try {
        await load(again);
      } catch (error) {
        log.warn({ err: error, subject }, 'what the cluster keeps could not be read again, trying on');
        await pause(PAUSE_MS);
        isAsked = connection.isUp;
      }
    }
    isReading = false;
  }

  async function look(): Promise<void> {
    if ((await newest().catch(() => Number.POSITIVE_INFINITY)) > position) await reload();
  }

  const stopHearing = onLeader(() => void look());
  const stopWatching = watch(
    { ...setup, onLeader: () => () => undefined },
    (kept) => {
      if (early) early.push(kept);
      else take(kept);
    },
    () => void reload(),
  );
  const stop = () => {
    isStopped = true;
    stopHearing();
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
