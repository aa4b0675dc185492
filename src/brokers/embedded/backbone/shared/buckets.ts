/**
 * Owns which accounts this broker hears of: those with a client here, for a little longer than that, and the house. Who comes waits
 * until all that is kept for its account is known here.
 */

import type { Exchange } from '../../../../core/cluster/exchange.ts';
import type { Kept, Shelf } from '../../../../core/cluster/shelf.ts';
import type { Clock } from '../../../../core/ports.ts';
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
  readonly stops: (() => void)[];
  cancelLinger: (() => void) | undefined;
}

export interface Buckets {
  /** Rejects when what is kept cannot be read; then it is not held. */
  hold(name: string): Promise<void>;
  letGo(name: string): void;
  /** Resolves when what was retained by now, at whichever broker, is known here, or after a second: of an account that is held. Never rejects. */
  retainedUpTo(name: string): Promise<void>;
  close(): void;
}

/** A client that comes again finds everything as it was. */
const LINGER_MS = 10_000;
/** A retained message may come late, but a subscription has to come to an end. */
const RETAINED_MS = 1000;

export function createBuckets({ exchange, shelves, clock, hear, learn, forget }: BucketsSetup): Buckets {
  const held = new Map<string, Bucket>();

  async function open(name: string, stops: (() => void)[], retained: Progress): Promise<void> {
    stops.push(exchange.listen(name, (bytes) => hear(name, bytes)));
    const tell = (shelf: keyof Shelves) => (kept: Kept) => {
      learn(shelf, name, kept);
      if (shelf === 'retained') retained.reach(kept.position);
    };
    const again = (shelf: keyof Shelves) => () => learn(shelf, name, 'again');
    stops.push(shelves.queues.watch([name], tell('queues'), again('queues')));
    for (const shelf of ['retained', 'sessions'] as const) {
      stops.push(await shelves[shelf].follow([name], tell(shelf), again(shelf)));
    }
  }

  function close(name: string, bucket: Bucket): void {
    held.delete(name);
    for (const stop of bucket.stops) stop();
    forget(name);
  }

  return {
    async hold(name) {
      let bucket = held.get(name);
      if (bucket === undefined) {
        const stops: (() => void)[] = [];
        const retained = new Progress();
        bucket = { holders: 0, ready: open(name, stops, retained), retained, stops, cancelLinger: undefined };
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
    retainedUpTo(name) {
      const told = async () => {
        const newest = await shelves.retained.newest([name]);
        await held.get(name)?.retained.upTo(newest);
      };
      return new Promise((resolve) => {
        const cancel = clock.after(RETAINED_MS, resolve);
        const done = () => {
          cancel();
          resolve();
        };
        told().then(done, done);
      });
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
