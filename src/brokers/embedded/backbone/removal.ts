/** Owns the removal of all that an instance has anywhere: first nobody says anything any more, then what was said is taken away. */

import type { Exchange } from '../../../core/cluster/exchange.ts';
import { QUESTION, readReceipt } from './answering.ts';
import { askAll } from './asking.ts';
import type { Backbone, CountedReceipt } from './backbone.ts';
import type { Shelves } from './shared/buckets.ts';
import type { Elsewhere } from './shared/elsewhere.ts';
import { readSession } from './shared/records.ts';

interface Parts {
  readonly exchange: Exchange;
  readonly shelves: Shelves;
  readonly elsewhere: Elsewhere;
  /** Resolves when all that is on its way from here is there. */
  readonly stored: () => Promise<void>;
}

export function createRemoval({ exchange, shelves, elsewhere, stored }: Parts): Backbone['evict'] {
  /** One after the other for each root: each says what it has removed itself. */
  const underWay = new Map<string, Promise<unknown>>();

  async function remove(accountKey: string, root: string, evictHere: () => Promise<CountedReceipt>) {
    // Who has left a moment ago is away, wherever that was.
    await Promise.all([stored(), askAll(exchange, QUESTION.stored)]);
    const offlineDropped = await countAway(accountKey, root);
    const here = await evictHere();
    elsewhere.forget(root);
    const answers = await askAll(exchange, QUESTION.evict, accountKey, root);
    await stored();
    const { kicked } = sumOf([here, ...answers.map(readReceipt)]);
    const gone = (await shelves.retained.read([root])).filter(({ bytes }) => bytes.length === 0).length;
    const retainedPurged = Math.max(0, (await shelves.retained.purge([root])) - gone);
    await shelves.sessions.purge([root]);
    await shelves.queues.purge([root]);
    return { kicked, offlineDropped, retainedPurged };
  }

  async function countAway(accountKey: string, root: string): Promise<number> {
    const sessions = await shelves.sessions.read([root]);
    return sessions.filter(({ key: [, ofAccount], bytes }) => {
      return ofAccount === accountKey && bytes.length > 0 && readSession(bytes).facts.awaySinceMs !== undefined;
    }).length;
  }

  return async (accountKey, root, evictHere) => {
    const before = underWay.get(root) ?? Promise.resolve();
    const removal = before.then(() => remove(accountKey, root, evictHere));
    const settled = removal.catch(() => undefined);
    underWay.set(root, settled);
    void settled.then(() => {
      if (underWay.get(root) === settled) underWay.delete(root);
    });
    return removal;
  };
}

function sumOf(receipts: readonly CountedReceipt[]): CountedReceipt {
  let [kicked, offlineDropped, retainedPurged] = [0, 0, 0];
  for (const receipt of receipts) {
    kicked += receipt.kicked;
    offlineDropped += receipt.offlineDropped;
    retainedPurged += receipt.retainedPurged;
  }
  return { kicked, offlineDropped, retainedPurged };
}
