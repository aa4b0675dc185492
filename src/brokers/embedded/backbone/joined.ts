/**
 * Owns the backbone of a broker beside others: messages go to where clients of the same account are, all others are asked before a
 * client is let in or an account sent away, and what is kept is kept for all of them.
 */

import { randomUUID } from 'node:crypto';
import type { Exchange } from '../../../core/cluster/exchange.ts';
import type { Kept } from '../../../core/cluster/shelf.ts';
import type { Clock, Log } from '../../../core/ports.ts';
import { within } from '../../../core/timing/within.ts';
import { answerOthers, QUESTION, readSessions } from './answering.ts';
import { askAll } from './asking.ts';
import type { Backbone, Company, CountedReceipt, Here } from './backbone.ts';
import { createClaiming } from './claiming.ts';
import { createClaims } from './claims.ts';
import { raiseFence } from './fence.ts';
import { type Groups, openGroups } from './groups/groups.ts';
import { createCarrying } from './live/carrying.ts';
import { createPace } from './live/pace.ts';
import { readMessage } from './live-message.ts';
import { bucketOfAccount, HOUSE, nameOf } from './names.ts';
import { createRemoval } from './removal.ts';
import { type Buckets, createBuckets, type Shelves } from './shared/buckets.ts';
import { Elsewhere } from './shared/elsewhere.ts';
import { createSharedKeeper, type SharedKeeper } from './shared/keeper.ts';
import { createLastWills, type LastWills } from './shared/last-wills.ts';
import { createNews } from './shared/news.ts';
import { adoptOrphans, lookAfter } from './shared/orphans.ts';
import { Outgoing } from './shared/outgoing.ts';
import { OwnWrites } from './shared/own-writes.ts';
import { createQueued, type Queued } from './shared/queued.ts';
import { createQueues, type Queues } from './shared/queues.ts';
import { read, write } from './texts.ts';
import { tellUses } from './use/telling.ts';

const LOOK_MS = 750;
/** Where the network stands still, what is said is said to those who are here. */
const HANDED_ON_MS = 1000;
const HERE = Buffer.from('here');
/** A broker that has said nothing for so long has sent its tenants away, and is taken for lost by those who knew it. */
const ALIVE_SECONDS = 12;

export interface CompanySetup {
  readonly exchange: Exchange;
  readonly shelves: Shelves;
  readonly clock: Clock;
  readonly log: Log;
  /** Resolves when the accounts are as they were when it was called, or later. @throws where that cannot be known */
  readonly isUpToDate: () => Promise<void>;
  /** After which a broker is none any more that is not heard of. */
  readonly aliveSeconds?: number;
}

interface Parts extends CompanySetup {
  readonly outgoing: Outgoing;
  readonly buckets: Buckets;
  readonly elsewhere: Elsewhere;
  readonly queues: Queues;
  readonly groups: Groups;
  readonly wills: LastWills;
  readonly keeper: SharedKeeper;
  readonly queued: Queued;
  readonly newMark: () => string;
  readonly early: Map<string, Kept[]>;
}

/** Resolves when what is kept of the house is known. @throws when it cannot be read */
export async function joinCompany(setup: CompanySetup): Promise<Company> {
  const { exchange, shelves, clock, log } = setup;
  let marks = 0;
  const newMark = () => `${exchange.id}-${++marks}`;
  const own = new OwnWrites();
  const elsewhere = new Elsewhere();
  const early = new Map<string, Kept[]>();
  const outgoing = new Outgoing({ clock, log, newMark, own });
  let here: Here | undefined;
  const queues = createQueues({
    shelf: shelves.queues,
    outgoing,
    clock,
    newMark,
    dropped: ({ account }) => here?.dropped(account),
  });
  const wills = createLastWills({ shelf: shelves.wills, outgoing, buckets: () => buckets, clock, log });
  const keeper = createSharedKeeper({
    at: exchange.id,
    wills,
    shelves,
    outgoing,
    queues,
    elsewhere,
    clock,
    newMark,
    lose: (accountKey, clientId) => void here?.part(accountKey, clientId, false),
  });
  const queued = createQueued({ keeper, shelf: shelves.queues, early, here: () => here, clock, log });
  const groups = openGroups(exchange, clock, log);
  const news = createNews({ own, elsewhere, queued: queued.tell, keeper, log });
  const buckets = createBuckets({
    exchange,
    shelves,
    clock,
    hear(bucket, bytes) {
      const message = readMessage(bytes, exchange.id);
      groups.passOn(bucket, message);
      here?.hear(bucket, message);
    },
    learn: news.take,
    forget(bucket) {
      here?.forget(bucket);
      elsewhere.forget(bucket);
    },
  });
  await buckets.hold(HOUSE);

  return {
    keeper,
    join(broker, bucketOf) {
      here = broker;
      news.tell(broker);
      return createBackbone(
        { ...setup, outgoing, buckets, elsewhere, queues, groups, wills, keeper, queued, newMark, early },
        broker,
        bucketOf,
      );
    },
  };
}

function createBackbone(parts: Parts, here: Here, bucketOf: (topic: string) => string): Backbone {
  const { exchange, shelves, outgoing, buckets, elsewhere, queues, groups, clock, log, isUpToDate } = parts;
  const { aliveSeconds = ALIVE_SECONDS } = parts;
  let stopLooking = () => {};
  const claims = createClaims(randomUUID);
  const fence = raiseFence({
    // Who may be removed elsewhere is to be known here.
    reach: () =>
      Promise.all([
        shelves.bridges.put([exchange.id], HERE, randomUUID(), { lifetimeSeconds: aliveSeconds }),
        isUpToDate(),
      ]),
    onCutOff: here.closeTenants,
    clock,
    log,
  });
  const pace = createPace(exchange, clock);
  const carry = createCarrying({ ...parts, here });
  const stored = () => new Promise<void>((resolve) => outgoing.durable(resolve));
  const stopAnswering = answerOthers(exchange, { ...here, part, evict, isUpToDate, stored }, claims);

  const stopTelling = tellUses({ ...parts, ...here, learn: here.hasElsewhere });

  /** Who comes elsewhere finds all of it. */
  async function part(bucket: string, accountKey: string, clientId: string, isNew: boolean): Promise<void> {
    await here.part(accountKey, clientId, isNew);
    await outgoing.quiet(nameOf('sessions', bucket, accountKey, clientId));
    await queues.quiet(accountKey, clientId);
  }

  /** What was on its way when the last connection ended is there, and can be removed. */
  async function evict(accountKey: string, root: string): Promise<CountedReceipt> {
    const receipt = await here.evict(accountKey, root);
    elsewhere.forget(root);
    await stored();
    return receipt;
  }

  return {
    get hasOthers() {
      return exchange.others.length > 0;
    },
    isBehind: (topic) => exchange.isBehind || pace.isHeld(bucketOf(topic)),
    caughtUp(topic, callback) {
      void Promise.all([exchange.caughtUp(), pace.freed(bucketOf(topic))]).then(callback);
    },
    hold: pace.tell,
    count: groups.count,
    counted: () => (exchange.others.length === 0 ? undefined : groups.told()),
    carry: (message) => carry(bucketOf(message.topic), message),
    handedOn: () => within(clock, HANDED_ON_MS, exchange.caughtUp()),
    retainedUpTo: (account) =>
      exchange.others.length === 0 ? undefined : buckets.retainedUpTo(bucketOfAccount(account)),
    claim: createClaiming({ ...parts, claims, here, fence }),
    settle: async (accountKey) => void (await askAll(exchange, QUESTION.settle, accountKey)),
    async kick(accountKey, clientId) {
      const answers = await askAll(exchange, QUESTION.kick, accountKey, clientId);
      return answers.some((answer) => read(answer).integer() === 1);
    },
    async disconnect(accountKey) {
      const answers = await askAll(exchange, QUESTION.disconnect, accountKey);
      return answers.reduce((sum, answer) => sum + read(answer).integer(), 0);
    },
    evict: createRemoval({ ...parts, stored }),
    async sessions(accountKey) {
      const { answers } = await exchange.askPresent(QUESTION.sessions, write(accountKey), LOOK_MS);
      return answers.flatMap(readSessions);
    },
    async begin() {
      await groups.begin();
      const orphans = { sessions: shelves.sessions, wills: parts.wills, outgoing, clock };
      const isGone = (at: string) => at !== exchange.id && !exchange.others.includes(at);
      const looking = lookAfter({ adopt: () => adoptOrphans(orphans, isGone, here), fence, clock, log });
      const stopHearing = exchange.onLost(looking.soon);
      // One that stands still for a moment has not answered us, and is there all the same.
      const cancel = clock.after((aliveSeconds + 1) * 1000, looking.soon);
      stopLooking = () => {
        stopHearing();
        cancel();
        looking.close();
      };
      const living = new Set((await shelves.bridges.read([])).map(({ key: [id = ''] }) => id));
      await adoptOrphans(orphans, (at) => isGone(at) && !living.has(at), here);
    },
    close() {
      fence.close();
      stopTelling();
      stopLooking();
      stopAnswering();
      groups.close();
      pace.close();
      buckets.close();
    },
  };
}
