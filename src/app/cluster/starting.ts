/**
 * Owns that everything starts or nothing, and that a start which comes upon a cluster without a majority is tried again, since to end would help
 * nobody. Not for ever: whoever watches over the process shall see it.
 */

import type { Config } from '../../config/config.ts';
import { type Closers, createClosers } from '../../core/lifecycle.ts';
import type { Clock, Log } from '../../core/ports.ts';
import { ApiError } from '../../protocol/api-error.ts';

interface Surroundings {
  readonly log: Log;
  readonly clock: Clock;
  readonly stopping?: AbortSignal | undefined;
}

const PATIENCE_MS = 5 * 60_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5000;

/** @throws what `start` throws, at once where it will not pass, after everything that had started was closed again */
export async function startWhole<App>(
  { cluster }: Pick<Config, 'cluster'>,
  { log, clock, stopping }: Surroundings,
  start: (closers: Closers) => Promise<App>,
): Promise<App> {
  const untilMs = clock.monotonicMs() + PATIENCE_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const closers = createClosers(log);
    try {
      return await start(closers);
    } catch (error) {
      await closers.close();
      const isOver = stopping?.aborted === true || clock.monotonicMs() > untilMs;
      if (cluster === undefined || isOver || !isPassing(error)) throw error;
      log.warn({ err: error }, 'the cluster has no majority for this start, trying again');
      await new Promise<void>((resolve) => {
        clock.after(pauseMs, resolve);
        stopping?.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }
}

/** What the servers could not do at the moment; what they have refused does not become better. */
function isPassing(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'unavailable' && error.retryAfterSeconds !== undefined;
}
