/** Owns how a client id becomes this broker's: all others give it up, and what is kept of its session is read as the cluster has it. */

import type { Account } from '../../../core/accounts/accounts.ts';
import type { Exchange } from '../../../core/cluster/exchange.ts';
import type { Kept } from '../../../core/cluster/shelf.ts';
import type { Clock } from '../../../core/ports.ts';
import { ApiError } from '../../../protocol/api-error.ts';
import type { KeptOwed } from '../kept/changes.ts';
import type { SessionRecord } from '../kept/state.ts';
import { QUESTION } from './answering.ts';
import type { Backbone, Claim, Here } from './backbone.ts';
import type { Claims } from './claims.ts';
import type { Fence } from './fence.ts';
import { bucketOfAccount, nameOf } from './names.ts';
import type { Buckets, Shelves } from './shared/buckets.ts';
import { sessionKey } from './shared/elsewhere.ts';
import type { SharedKeeper } from './shared/keeper.ts';
import type { LastWills } from './shared/last-wills.ts';
import type { Outgoing } from './shared/outgoing.ts';
import type { Queues } from './shared/queues.ts';
import { readOwed, readSession } from './shared/records.ts';
import type { SessionKey } from './shared/session-records.ts';
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
  readonly here: Here;
  readonly fence: Fence;
  readonly clock: Clock;
  /** What stands in queues of sessions that are about to be here. */
  readonly early: Map<string, Kept[]>;
}

/** A broker that stands still must keep nobody from coming to another one. */
const TAKE_MS = 750;

export function createClaiming(parts: Parts): NonNullable<Backbone['claim']> {
  const { exchange, buckets, claims, early, wills, here, fence } = parts;

  return async function claim(account, clientId, cleanStart): Promise<Claim> {
    if (fence.isClosed) throw new ApiError('unavailable', { message: 'the cluster is out of reach' });
    const bucket = bucketOfAccount(account);
    // Before the question: who has answered it sends here what is said of this account.
    await buckets.hold(bucket);
    const pending = claims.begin(account.key, clientId);
    const name = sessionKey(account.key, clientId);
    let isHeld = true;
    const release = () => {
      if (!isHeld) return;
      isHeld = false;
      pending.release();
      early.delete(name);
      buckets.letGo(bucket);
    };
    try {
      const question = write(bucket, account.key, clientId, pending.ticket, cleanStart ? 1 : 0);
      const { answers } = await exchange.askPresent(QUESTION.take, question, TAKE_MS);
      let [elsewhere, coming] = [0, 0];
      for (const answer of answers) {
        const fields = read(answer);
        if (fields.integer() === 0) pending.lose();
        // A bridge that is to be upgraded counts nothing.
        if (fields.isAtEnd) continue;
        elsewhere += fields.integer();
        coming += fields.integer();
      }
      const waiting: Kept[] = [];
      early.set(name, waiting);
      const [kept] = await Promise.all([
        readKept(parts, account, clientId, cleanStart),
        wills.settle({ account, clientId }, cleanStart, here),
      ]);
      return {
        ...{ elsewhere, coming },
        get isLost() {
          return pending.isLost;
        },
        get kept() {
          return kept && withQueued(kept, waiting);
        },
        opened() {
          pending.opened();
          early.delete(name);
        },
        release,
      };
    } catch (error) {
      release();
      throw error;
    }
  };
}

/** Undefined where there is none, or none that is wanted: then what is left of it is removed. */
async function readKept(
  { shelves, keeper, outgoing, queues, clock }: Parts,
  account: Account,
  clientId: string,
  cleanStart: boolean,
): Promise<SessionRecord | undefined> {
  const key: SessionKey = [bucketOfAccount(account), account.key, clientId];
  await outgoing.quiet(nameOf('sessions', ...key));
  await queues.quiet(account.key, clientId);
  const found = await shelves.sessions.last(key);
  if (found === undefined || found.bytes.length === 0) {
    keeper.adopt(key, found?.position ?? 0);
    return undefined;
  }
  const { record, flights, born, turn, mayBeThere = false } = readSession(found.bytes);
  const { awaySinceMs, expirySeconds } = record.facts;
  const isOver = awaySinceMs !== undefined && awaySinceMs + expirySeconds * 1000 <= clock.now();
  if (cleanStart || isOver) {
    keeper.adopt(key, found.position, { born: undefined, turn: turn + 1 });
    keeper.remove(key, { born, turn });
    return undefined;
  }
  keeper.adopt(key, found.position, { born, turn: turn + 1 });
  const sent = new Map(flights.map((flight) => [flight.mark, flight]));
  for (const kept of await shelves.queues.readAt([...key, born])) {
    const { packetId = 0, isReleased = false } = sent.get(kept.mark) ?? {};
    record.owed.set(kept.position, { ...owedOf(kept), packetId, isReleased, mayBeThere });
  }
  return record;
}

/** What has come into the queue since it was read. */
function withQueued(record: SessionRecord, waiting: readonly Kept[]): SessionRecord {
  for (const kept of waiting) if (!record.owed.has(kept.position)) record.owed.set(kept.position, owedOf(kept));
  return record;
}

export function owedOf({ bytes, mark, position }: Kept): KeptOwed {
  return { ...readOwed(bytes), stored: { mark, position } };
}
