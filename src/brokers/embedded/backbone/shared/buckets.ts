/**
 * Owns which accounts this broker hears of: those with a client here, for a little longer than that, and the house. Who comes waits
 * until all that is kept for its account is known here.
 */

import type { Exchange } from '../../../../core/cluster/exchange.ts';
import type { Kept, Shelf } from '../../../../core/cluster/shelf.ts';
import type { Clock } from '../../../../core/ports.ts';
import { inTime, within } from '../../../../core/timing/within.ts';
import { ApiError } from '../../../../protocol/api-error.ts';
import { Doubt } from './doubt.ts';
import { Progress } from './progress.ts';

export interface Shelves {
  /** Under account and topic. */
  readonly retained: Shelf;
  /** Under account and client id. */
  readonly sessions: Shelf;
  /** The same, and when the session was born: message behind message. */
  readonly queues: Shelf;
  /** Under account and client id, of those who are connected with one. */
  readonly wills: Shelf;
  /** Under the broker's own name: that it is there. */
  readonly bridges: Shelf;
}

interface BucketsSetup {
  readonly exchange: Exchange;
  readonly shelves: Shelves;
  readonly clock: Clock;
  readonly hear: (bucket: string, bytes: Uint8Array) => void;
  /** @param shelf on which it is kept; `again` and all is told anew */
  readonly learn: (shelf: keyof Shelves, bucket: string, kept: Kept | 'again') => void;
  /** Nobody of it is here any more. */
  readonly forget: (bucket: string) => void;
}

interface Bucket {
  holders: number;
  readonly ready: Promise<void>;
  readonly retained: Progress;
  /** Sessions may be there, or have changed, that are not known here. */
  readonly doubt: Doubt;
  readonly stops: (() => void)[];
  cancelLinger: (() => void) | undefined;
}

export interface Buckets {
  /** Rejects when what is kept cannot be read; then it is not held. */
  hold(name: string): Promise<void>;
  letGo(name: string): void;
  /** Whether sessions of an account may be there that are not known here: it is cut off, or has not read them again since. */
  isInDoubt(name: string): boolean;
  /** Calls back when they are known, or nobody of it is here any more: at once where there is no doubt. */
  whenSettled(name: string, callback: () => void): void;
  /** Resolves behind all who were called back. @throws ApiError `unavailable` after ten seconds */
  settled(name: string): Promise<void>;
  /** Resolves when what was retained by now, at whichever broker, is known here, or after a second: of an account that is held. Never rejects. */
  retainedUpTo(name: string): Promise<void>;
  close(): void;
}

/** A client that comes again finds everything as it was. */
const LINGER_MS = 10_000;
/** A retained message may come late, but a subscription has to come to an end. */
const RETAINED_MS = 1000;
/** As long as a session may take to be read. */
const SETTLED_MS = 10_000;

export function createBuckets({ exchange, shelves, clock, hear, learn, forget }: BucketsSetup): Buckets {
  const held = new Map<string, Bucket>();

  async function open(
    name: string,
    { stops, retained, doubt }: Pick<Bucket, 'stops' | 'retained' | 'doubt'>,
  ): Promise<void> {
    stops.push(exchange.listen(name, (bytes) => hear(name, bytes)));
    const tell = (shelf: keyof Shelves) => (kept: Kept) => {
      learn(shelf, name, kept);
      if (shelf === 'retained') retained.reach(kept.position);
    };
    const again = (shelf: keyof Shelves) => () => learn(shelf, name, 'again');
    // What was written there while nobody followed it was told to nobody here.
    for (const shelf of ['retained', 'sessions'] as const) again(shelf)();
    stops.push(shelves.queues.watch([name], tell('queues'), again('queues')));
    stops.push(await shelves.retained.follow([name], tell('retained'), again('retained')));
    const turn = (isInDoubt: boolean) => doubt.turn(isInDoubt);
    stops.push(await shelves.sessions.follow([name], tell('sessions'), again('sessions'), turn));
  }

  function close(name: string, bucket: Bucket): void {
    held.delete(name);
    for (const stop of bucket.stops) stop();
    forget(name);
    bucket.doubt.turn(false);
  }

  function whenSettled(name: string, callback: () => void): void {
    const bucket = held.get(name);
    if (bucket === undefined) callback();
    else bucket.doubt.whenSettled(callback);
  }

  return {
    async hold(name) {
      let bucket = held.get(name);
      if (bucket === undefined) {
        const parts = { retained: new Progress(), doubt: new Doubt(), stops: [] };
        bucket = { ...parts, holders: 0, ready: open(name, parts), cancelLinger: undefined };
        held.set(name, bucket);
      }
      bucket.holders += 1;
      bucket.cancelLinger?.();
      bucket.cancelLinger = undefined;
      try {
        await bucket.ready;
      } catch (error) {
        if (held.get(name) === bucket) close(name, bucket);
        throw error;
      }
    },
    letGo(name) {
      const bucket = held.get(name);
      if (bucket === undefined) return;
      bucket.holders -= 1;
      if (bucket.holders === 0) bucket.cancelLinger = clock.after(LINGER_MS, () => close(name, bucket));
    },
    isInDoubt: (name) => held.get(name)?.doubt.isOpen === true,
    whenSettled,
    settled(name) {
      const settled = new Promise<void>((resolve) => whenSettled(name, resolve));
      return inTime(clock, SETTLED_MS, settled, outOfReach);
    },
    retainedUpTo(name) {
      const told = async () => {
        const newest = await shelves.retained.newest([name]);
        await held.get(name)?.retained.upTo(newest);
      };
      return within(
        clock,
        RETAINED_MS,
        told().catch(() => undefined),
      );
    },
    close() {
      for (const bucket of held.values()) {
        bucket.cancelLinger?.();
        for (const stop of bucket.stops) stop();
      }
      held.clear();
    },
  };
}

export function outOfReach(): ApiError {
  return new ApiError('unavailable', { message: 'the cluster is out of reach' });
}
