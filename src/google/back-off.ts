/** Owns how long Google is left alone after a failure; counts nothing itself. */

import { doubledMs } from '../connection/back-off.ts';
import { type Failure, isPassing } from './answer.ts';

/** 429: all published limits but one are counted by the minute. */
const LIMITED = { firstMs: 60_000, longestMs: 15 * 60_000 };
/** Refused for good, until somebody does something about it. */
const LASTING = { firstMs: 60_000, longestMs: 15 * 60_000 };
/** A network that comes back must not be noticed late. */
const PASSING = { firstMs: 5000, longestMs: 60_000 };

/**
 * Doubles with each failure in a row, and adds up to a quarter at random so that many cameras do not come back at one moment: never
 * less than the pause, since Google counts by the minute.
 * @param failures 1 or more
 * @param random gives numbers in [0, 1)
 */
export function pauseAfter(failure: Failure, failures: number, random: () => number): number {
  const bounds = failure.status === 429 ? LIMITED : isWorthRetrying(failure) ? PASSING : LASTING;
  const pauseMs = doubledMs(failures, bounds);
  return Math.max(pauseMs * (1 + random() / 4), failure.retryAfterMs ?? 0);
}

/** Besides what passes by itself: 401 while the login is being renewed, and 409 while a camera is busy. */
export function isWorthRetrying(failure: Failure): boolean {
  return isPassing(failure) || failure.status === 401 || failure.status === 409;
}
