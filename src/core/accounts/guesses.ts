/** Owns how often passwords may be guessed: a guess costs its token before the slow work, and gets it back when it was right (I-25). */

import { ApiError } from '../../protocol/api-error.ts';
import { networkOf } from '../network.ts';
import type { Clock } from '../ports.ts';
import { createFairQueue } from '../timing/fair-queue.ts';
import type { RateLimit } from '../timing/token-bucket.ts';
import { type Throttles, throttlesAlone } from './throttles.ts';

export interface Guesses {
  /**
   * Does the slow work when its turn has come: whoever waits takes turns by network.
   * @throws ApiError `rate_limited` at once, when there were too many wrong guesses lately or too many wait already
   */
  make(login: Claim, verify: () => Promise<boolean>): Promise<boolean>;
}

interface Claim {
  readonly username: string;
  /** IP address of the peer, where known. */
  readonly address: string | undefined;
  /** A program speaks for whoever watches: its guesses are counted apart, so that a player with an old password locks out no person. */
  readonly isViewer?: boolean | undefined;
}

const OF_PAIR = { burst: 10, perSecond: 1 / 6 };
const OF_NETWORK = { burst: 30, perSecond: 1 };
const OF_NAME = { burst: 100, perSecond: 1 };
const OF_ALL = { burst: 300, perSecond: 10 };
/** Of slow hashes: each costs a processor for a while. */
const ROOM = { running: 1, waitingPerKey: 2, waiting: 32 };
/** A place in the queue is free again within a moment, a token takes a while. */
export const RETRY_AFTER_SECONDS = { noPlace: 1, noToken: 6 };

/** @param failed hears of each wrong guess, and of those that were refused unheard */
export function createGuesses(
  clock: Clock,
  failed: (login: Claim) => void = () => undefined,
  throttles: Throttles = throttlesAlone(clock),
): Guesses {
  const ofPair = throttles.rate('pair', OF_PAIR);
  const ofNetwork = throttles.rate('network', OF_NETWORK);
  const ofName = throttles.rate('name', OF_NAME);
  const ofAll = throttles.rate('all', OF_ALL);
  const queue = createFairQueue(ROOM);
  /** Names and networks from which they were right once. */
  const { trusted } = throttles;

  /** A stranger's guesses, or a neighbour's, must not lock the owner out: where a name has come from rightly, only guesses of it count. */
  function bucketsOf(pair: string, network: string, username: string): (readonly [RateLimit, string])[] {
    if (trusted.has(pair)) return [[ofPair, pair]];
    return [
      [ofPair, pair],
      [ofNetwork, network],
      [ofName, username],
      [ofAll, ''],
    ];
  }

  return {
    async make(login, verify) {
      const { username, address, isViewer = false } = login;
      const network = networkOf(address);
      const pair = `${isViewer ? 'viewer ' : ''}${network} ${username}`;
      const buckets = bucketsOf(pair, network, username);
      const hasTokens = buckets.every(([rate, key]) => rate.has(key));
      if (!hasTokens || !queue.hasRoomFor(network)) {
        failed(login);
        throw refusal(hasTokens ? RETRY_AFTER_SECONDS.noPlace : RETRY_AFTER_SECONDS.noToken);
      }
      for (const [rate, key] of buckets) rate.take(key);
      const isRight = await queue.run(network, verify);
      if (!isRight) {
        failed(login);
        return false;
      }
      for (const [rate, key] of buckets) rate.giveBack(key);
      trusted.add(pair);
      return true;
    },
  };
}

function refusal(retryAfterSeconds: number): ApiError {
  return new ApiError('rate_limited', { retryAfterSeconds });
}
