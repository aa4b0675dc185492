/** Owns how often the cluster is asked before it counts as not to be had: the next leader of a stream may be found in seconds. */

import { setTimeout as pause } from 'node:timers/promises';
import { JetStreamApiError } from '@nats-io/jetstream';
import { ApiError } from '../../protocol/api-error.ts';

/** One attempt; nobody answers while there is no leader. */
export const ATTEMPT_MS = 2000;
const DEADLINE_MS = 10_000;
const PAUSE_MS = 100;
/** What a server says of the cluster, and not of the request. */
const MOODS = [503, 500];
/** An earlier attempt is still under way. */
const IN_PROCESS = 10_158;

/** @throws ApiError `unavailable` when there was no answer in ten seconds, and at once what the cluster has refused */
export async function untilAnswered<Result>(ask: () => Promise<Result>): Promise<Result> {
  const untilMs = performance.now() + DEADLINE_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const isVerdict =
        error instanceof JetStreamApiError && !MOODS.includes(error.status) && error.code !== IN_PROCESS;
      if (isVerdict) throw error;
      const message = 'the cluster does not store at the moment';
      if (performance.now() > untilMs) throw new ApiError('unavailable', { message, cause: error });
      await pause(PAUSE_MS);
    }
  }
}
