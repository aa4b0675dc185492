/** Owns that a bridge asks the others whether they show what it shows, and the log for what it does not show yet; many who ask at once ask together. */

import type { Consistency } from '../core/cluster/consistency.ts';
import type { Exchange } from '../core/cluster/exchange.ts';
import type { Store } from '../core/store.ts';
import { ApiError } from '../protocol/api-error.ts';
import { AGAIN_SECONDS } from './attempts.ts';

interface Parts {
  readonly exchange: Pick<Exchange, 'askPresent' | 'onAsked'>;
  readonly store: Pick<Store, 'commit'>;
  readonly place: {
    readonly reached: number;
    reach(position?: number): Promise<void>;
  };
}

/** One that stands still must not keep everybody waiting. */
const SHOWN_MS = 750;
const CAUGHT_UP_MS = 2000;
const QUESTION = 'shown';
const NOTHING = new Uint8Array();

/** @param parts.place how far the log has arrived here */
export function createConsistency({ exchange, store, place }: Parts): Consistency & { close(): void } {
  /** What has arrived is shown when this resolves: behind what is on its way. */
  const show = () => store.commit(() => undefined);

  const stop = exchange.onAsked(QUESTION, async (question) => {
    await place.reach(Number(Buffer.from(question).toString()));
    await show();
    return NOTHING;
  });

  const shownEverywhere = together(async () => {
    await exchange.askPresent(QUESTION, Buffer.from(String(place.reached)), SHOWN_MS);
  });
  const caughtUp = together(async () => {
    await inTime(CAUGHT_UP_MS, place.reach().then(show));
  });
  return {
    get reached() {
      return place.reached;
    },
    shownEverywhere,
    caughtUp,
    close: stop,
  };
}

/** Whoever asks while somebody is asking is answered by the next question, which knows of all that was before it. */
function together<T>(ask: () => Promise<T>): () => Promise<T> {
  let asking: Promise<unknown> | undefined;
  let next: Promise<T> | undefined;
  return () => {
    next ??= (async () => {
      await asking;
      const own = ask();
      next = undefined;
      asking = own.catch(() => undefined);
      return own;
    })();
    return next;
  };
}

function inTime<T>(limitMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(unavailable());
    const timer = setTimeout(late, limitMs);
    work.then(resolve, (error: unknown) => reject(unavailable(error))).finally(() => clearTimeout(timer));
  });
}

function unavailable(cause?: unknown): ApiError {
  if (cause instanceof ApiError) return cause;
  const message = 'the cluster does not answer in time';
  return new ApiError('unavailable', { message, cause, retryAfterSeconds: AGAIN_SECONDS });
}
