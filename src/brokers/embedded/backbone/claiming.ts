/** Owns how a client id becomes this broker's: all others give it up, and what is kept of its session is read as the cluster has it. */

import type { Account } from '../../../core/accounts/accounts.ts';
import type { Exchange } from '../../../core/cluster/exchange.ts';
import type { Kept } from '../../../core/cluster/shelf.ts';
import type { Clock } from '../../../core/ports.ts';
import { createTurns } from '../../../core/timing/in-turn.ts';
import { QUESTION } from './answering.ts';
import type { Backbone, Claim, Here } from './backbone.ts';
import type { Claims } from './claims.ts';
import type { Fence } from './fence.ts';
import { bucketOfAccount } from './names.ts';
import { type Buckets, outOfReach, type Shelves } from './shared/buckets.ts';
import { sessionKey } from './shared/elsewhere.ts';
import { findSession, hasGap, withQueued } from './shared/found-session.ts';
import type { SharedKeeper } from './shared/keeper.ts';
import type { LastWills } from './shared/last-wills.ts';
import type { Outgoing } from './shared/outgoing.ts';
import type { Queued } from './shared/queued.ts';
import type { Queues } from './shared/queues.ts';
import { read, write } from './texts.ts';

interface Parts {
  readonly exchange: Exchange;
  readonly shelves: Shelves;
  readonly buckets: Buckets;
  readonly claims: Claims;
  readonly keeper: SharedKeeper;
  readonly outgoing: Outgoing;
  readonly queues: Queues;
  readonly wills: LastWills;
  readonly here: Pick<Here, 'part' | 'publishWill'>;
  readonly fence: Pick<Fence, 'isClosed'>;
  readonly clock: Clock;
  readonly queued: Queued;
  /** What stands in queues of sessions that are about to be here. */
  readonly early: Map<string, Kept[]>;
}

/** A broker that stands still must keep nobody from coming to another one. */
const TAKE_MS = 750;

/** Resolves when the client is let in, or is not. */
interface Decided extends Claim {
  readonly decided: Promise<void>;
}

export function createClaiming(parts: Parts): NonNullable<Backbone['claim']> {
  const { exchange, buckets, claims, keeper, early, queued, wills, here, fence } = parts;
  const inTurn = createTurns();

  /** Who comes behind another of its client id waits until that one is in, or is not: what it has then is read. */
  function claimInTurn(account: Account, clientId: string, cleanStart: boolean): Promise<Claim> {
    return new Promise((resolve, reject) => {
      const claimed = async () => {
        const claim = await begin(account, clientId, cleanStart);
        resolve(claim);
        await claim.decided;
      };
      inTurn(sessionKey(account.key, clientId), claimed).catch(reject);
    });
  }

  async function begin(account: Account, clientId: string, cleanStart: boolean): Promise<Decided> {
    if (fence.isClosed) throw outOfReach();
    const bucket = bucketOfAccount(account);
    // Before the question: who has answered it sends here what is said of this account.
    await buckets.hold(bucket);
    const pending = claims.begin(account.key, clientId);
    const name = sessionKey(account.key, clientId);
    let isHeld = true;
    let isDecided = false;
    let decide = () => {};
    const decided = new Promise<void>((resolve) => {
      decide = resolve;
    });
    /** Once: from then on another one may claim it. */
    const end = () => {
      if (!isDecided) keeper.claimed([bucket, account.key, clientId]);
      isDecided = true;
      decide();
    };
    const waiting: Kept[] = [];
    const hearNoMore = () => {
      if (early.get(name) === waiting) early.delete(name);
    };
    const release = () => {
      end();
      if (!isHeld) return;
      isHeld = false;
      pending.release();
      hearNoMore();
      buckets.letGo(bucket);
    };
    try {
      const question = write(bucket, account.key, clientId, pending.ticket, cleanStart ? 1 : 0);
      const [{ answers }] = await Promise.all([
        exchange.askPresent(QUESTION.take, question, TAKE_MS),
        here.part(account.key, clientId, cleanStart),
      ]);
      let [elsewhere, coming] = [0, 0];
      for (const answer of answers) {
        const fields = read(answer);
        if (fields.integer() === 0) pending.lose();
        // A bridge that is to be upgraded counts nothing.
        if (fields.isAtEnd) continue;
        elsewhere += fields.integer();
        coming += fields.integer();
      }
      early.set(name, waiting);
      const { gaps } = queued;
      const [kept] = await Promise.all([
        findSession(parts, account, clientId, cleanStart),
        wills.settle({ account, clientId }, cleanStart, here),
      ]);
      // What was said here while sessions were in doubt is judged before this one is here: it did not get that from its publisher.
      await buckets.settled(bucket);
      if (fence.isClosed) throw outOfReach();
      return {
        ...{ elsewhere, coming },
        get isLost() {
          return pending.isLost;
        },
        get kept() {
          return kept && withQueued(kept, waiting);
        },
        opened() {
          end();
          pending.opened();
          hearNoMore();
          if (queued.gaps !== gaps || (kept && hasGap(kept, waiting))) queued.tell(bucket, 'again');
        },
        release,
        decided,
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  return claimInTurn;
}
