/** Owns how often the cluster is asked before it counts as not to be had: the next leader of a stream may be found in seconds. */

import { setTimeout as pause } from 'node:timers/promises';
import { JetStreamApiError } from '@nats-io/jetstream';
import { InvalidArgumentError, InvalidSubjectError } from '@nats-io/transport-node';
import { NeverStored } from '../core/cluster/shelf.ts';
import type { Log } from '../core/ports.ts';
import { ApiError } from '../protocol/api-error.ts';

/** One attempt; nobody answers while there is no leader. */
export const ATTEMPT_MS = 2000;

export interface Patience {
  readonly deadlineMs: number;
  /** Where it is said that somebody waits. */
  readonly log?: Log | undefined;
}

/** Says that the same may succeed a moment later. */
export const AGAIN_SECONDS = 1;
const WORK: Patience = { deadlineMs: 10_000 };
const START_MS = 60_000;
const FIRST_PAUSE_MS = 100;
/** The next leader of a stream is found within seconds: whoever waits for it adds no seconds of its own. */
const LONGEST_PAUSE_MS = 500;
/** What a server says of the cluster, and not of the request. */
const MOODS = [503, 500];
/** An earlier attempt is still under way. */
const IN_PROCESS = 10_158;
/** Not so many servers as a stream needs: some may be on their way. */
const NO_PEERS = 10_005;
/** A stream that another server, or another bridge, has made a moment ago: not all servers have heard of it. */
const NOT_HEARD_OF = 10_059;
const PASSING = [IN_PROCESS, NO_PEERS, NOT_HEARD_OF];

/** For whoever starts: where a majority has just come back it takes longer, and to end would help nobody. */
export function patienceAtStart(log: Log): Patience {
  return { deadlineMs: START_MS, log };
}

/** @throws ApiError `unavailable` when there was no answer in time (ten seconds), and at once what the cluster, or our own client, has refused */
export async function untilAnswered<Result>(
  ask: () => Promise<Result>,
  { deadlineMs, log }: Patience = WORK,
): Promise<Result> {
  const untilMs = performance.now() + deadlineMs;
  let pauseMs = FIRST_PAUSE_MS;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = await ask();
      if (attempt > 1) log?.info({ attempt }, 'the NATS cluster answers again');
      return result;
    } catch (error) {
      if (error instanceof ApiError || isLast(error)) throw error;
      if (performance.now() > untilMs) throw unanswered(error);
      if (attempt === 1) log?.warn({ err: error }, 'the NATS cluster cannot answer at the moment, trying on');
      await pause(pauseMs);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }
}

function isLast(error: unknown): boolean {
  return error instanceof NeverStored || isNeverSent(error) || isVerdict(error);
}

/** Our own client refuses it: no server has seen it, and none will. */
export function isNeverSent(error: unknown): error is Error {
  return error instanceof InvalidArgumentError || error instanceof InvalidSubjectError;
}

function isVerdict(error: unknown): boolean {
  if (!(error instanceof JetStreamApiError)) return false;
  return !MOODS.includes(error.status) && !PASSING.includes(error.code);
}

function unanswered(cause: unknown): ApiError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message =
    cause instanceof JetStreamApiError && cause.code === NO_PEERS
      ? 'what a cluster keeps is kept on 3 NATS servers with JetStream: not so many are there'
      : `the NATS cluster does not store at the moment: ${reason}`;
  return new ApiError('unavailable', { message, cause, retryAfterSeconds: AGAIN_SECONDS });
}
