/**
 * Owns the backbone of a broker beside others: messages go to where clients of the same account are, all others are asked before a
 * client is let in or an account sent away, and what is kept is kept for all of them.
 */

import { randomUUID } from 'node:crypto';
import type { Account } from '../../../core/accounts/accounts.ts';
import type { Answers, Exchange } from '../../../core/cluster/exchange.ts';
import type { Clock, Log } from '../../../core/ports.ts';
import { ApiError } from '../../../protocol/api-error.ts';
import type { Message } from '../message.ts';
import { answerOthers, QUESTION, readReceipt, readSessions } from './answering.ts';
import type { Backbone, Claim, Company, CountedReceipt, Here } from './backbone.ts';
import { type Buckets, createBuckets, type Shelves } from './buckets.ts';
import { createClaims } from './claims.ts';
import { readMessage, writeMessage } from './live-message.ts';
import { Outgoing } from './outgoing.ts';
import { OwnWrites } from './own-writes.ts';
import { sumOf } from './receipts.ts';
import { createRetainedNews } from './retained-news.ts';
import { createSharedKeeper } from './shared-keeper.ts';
import { read, write } from './texts.ts';

/** A broker that stands still must keep nobody from coming to another one. */
const TAKE_MS = 1000;
/** One that lives answers, and any other is taken for lost before that. */
const SEND_AWAY_MS = 12_000;
const LOOK_MS = 1000;
/** What is not of an instance: the service itself listens there. */
const HOUSE = '';

export interface CompanySetup {
  readonly exchange: Exchange;
  readonly shelves: Shelves;
  readonly clock: Clock;
  readonly log: Log;
}

/** Resolves when what is kept of the house is known. @throws when it cannot be read */
export async function joinCompany({ exchange, shelves, clock, log }: CompanySetup): Promise<Company> {
  const own = new OwnWrites();
  let marks = 0;
  const outgoing = new Outgoing({
    clock,
    log,
    newMark: () => `${exchange.id}-${++marks}`,
    own,
  });
  const news = createRetainedNews(own, log);
  let here: Here | undefined;
  const buckets = createBuckets({
    exchange,
    shelves,
    clock,
    hear: (bucket, bytes) => here?.hear(bucket, readMessage(bytes)),
    learn: (_, bucket, kept) => news.take(bucket, kept),
    forget: (bucket) => here?.forget(bucket),
  });
  await buckets.hold(HOUSE);

  return {
    keeper: createSharedKeeper(shelves, outgoing),
    join(broker, bucketOf) {
      here = broker;
      news.tell(broker);
      return createBackbone({ exchange, shelves, outgoing, buckets, log }, broker, bucketOf);
    },
  };
}

interface Parts extends Omit<CompanySetup, 'clock'> {
  readonly outgoing: Outgoing;
  readonly buckets: Buckets;
}

function createBackbone(parts: Parts, here: Here, bucketOf: (topic: string) => string): Backbone {
  const { exchange, shelves, outgoing, buckets, log } = parts;
  const claims = createClaims(randomUUID);
  const stored = () => new Promise<void>((resolve) => outgoing.durable(resolve));
  const stopAnswering = answerOthers(exchange, { ...here, evict }, claims);
  /** Removals of one instance, one after the other: each says what it has removed itself. */
  const removals = new Map<string, Promise<unknown>>();

  /** What was on its way when the last connection ended is there, and can be removed. */
  async function evict(accountKey: string, root: string): Promise<CountedReceipt> {
    const receipt = await here.evict(accountKey, root);
    await stored();
    return receipt;
  }

  async function claim(account: Account, clientId: string): Promise<Claim> {
    const bucket = account.kind === 'instance' ? account.username : HOUSE;
    // Before the question: who has answered it sends here what is said of this account.
    await buckets.hold(bucket);
    const pending = claims.begin(account.key, clientId);
    const { answers } = await exchange.ask(QUESTION.take, write(account.key, clientId, pending.ticket), TAKE_MS);
    for (const answer of answers) if (read(answer).integer() === 0) pending.lose();
    let isHeld = true;
    return {
      get isLost() {
        return pending.isLost;
      },
      opened: pending.opened,
      release() {
        pending.release();
        if (isHeld) buckets.letGo(bucket);
        isHeld = false;
      },
    };
  }

  async function sendAway(question: string, ...texts: string[]): Promise<readonly Uint8Array[]> {
    return complete(await exchange.ask(question, write(...texts), SEND_AWAY_MS));
  }

  /** First nobody says anything any more, then what was said is removed: nothing comes behind it. */
  async function remove(accountKey: string, root: string, evictHere: () => Promise<CountedReceipt>) {
    const receipts = [await evictHere(), ...(await sendAway(QUESTION.evict, accountKey, root)).map(readReceipt)];
    await stored();
    const gone = (await shelves.retained.read([root])).filter(({ bytes }) => bytes.length === 0).length;
    const retainedPurged = Math.max(0, (await shelves.retained.purge([root])) - gone);
    return { ...sumOf(receipts), retainedPurged };
  }

  return {
    get isBehind() {
      return exchange.isBehind;
    },
    caughtUp: (callback) => void exchange.caughtUp().then(callback),
    carry(message: Message) {
      try {
        exchange.say(bucketOf(message.topic), writeMessage(message));
      } catch (error) {
        log.warn({ err: error, topic: message.topic }, 'a message could not be sent to the other bridges');
      }
    },
    claim,
    settle: async (accountKey) => void (await sendAway(QUESTION.settle, accountKey)),
    async kick(accountKey, clientId) {
      const answers = await sendAway(QUESTION.kick, accountKey, clientId);
      return answers.some((answer) => read(answer).integer() === 1);
    },
    async disconnect(accountKey) {
      const answers = await sendAway(QUESTION.disconnect, accountKey);
      return answers.reduce((sum, answer) => sum + read(answer).integer(), 0);
    },
    async evict(accountKey, root, evictHere) {
      const before = removals.get(root) ?? Promise.resolve();
      const removal = before.then(() => remove(accountKey, root, evictHere));
      const settled = removal.catch(() => undefined);
      removals.set(root, settled);
      void settled.then(() => {
        if (removals.get(root) === settled) removals.delete(root);
      });
      return removal;
    },
    async sessions(accountKey) {
      const { answers } = await exchange.ask(QUESTION.sessions, write(accountKey), LOOK_MS);
      return answers.flatMap(readSessions);
    },
    close() {
      stopAnswering();
      buckets.close();
    },
  };
}

/** @throws ApiError `unavailable` where somebody may still serve whoever was to be sent away */
function complete({ answers, silent }: Answers): readonly Uint8Array[] {
  if (silent.length === 0) return answers;
  throw new ApiError('unavailable', { message: `${silent.length} of the other bridges have not answered` });
}
