/** Pins that of clients that come and go nothing is left in a bridge, whatever kind of session they have. */

import { expect, it } from 'vitest';
import { createClaiming } from '../../../../src/brokers/embedded/backbone/claiming.ts';
import { createClaims } from '../../../../src/brokers/embedded/backbone/claims.ts';
import { Elsewhere } from '../../../../src/brokers/embedded/backbone/shared/elsewhere.ts';
import { createSharedKeeper } from '../../../../src/brokers/embedded/backbone/shared/keeper.ts';
import { createLastWills } from '../../../../src/brokers/embedded/backbone/shared/last-wills.ts';
import { Outgoing } from '../../../../src/brokers/embedded/backbone/shared/outgoing.ts';
import { OwnWrites } from '../../../../src/brokers/embedded/backbone/shared/own-writes.ts';
import { createQueues } from '../../../../src/brokers/embedded/backbone/shared/queues.ts';
import { memoryExchanges } from '../../../support/cluster/memory-exchange.ts';
import { memoryShelf } from '../../../support/cluster/memory-shelf.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { recordingLog } from '../../../support/recording-log.ts';

const ACCOUNT = { key: 'instance:alice', kind: 'instance', username: 'alice', generation: 1 } as const;
const ignore = () => undefined;

function oneBridge() {
  const [clock, log] = [manualClock(), recordingLog()];
  let marks = 0;
  const newMark = () => `m${++marks}`;
  const [sessions, retained, wills, bridges] = Array.from({ length: 4 }, () => memoryShelf('newest'));
  if (!sessions || !retained || !wills || !bridges) throw new Error('there are four');
  const shelves = { sessions, retained, wills, bridges, queues: memoryShelf() };
  const outgoing = new Outgoing({ clock, log, newMark, own: new OwnWrites() });
  const queues = createQueues({ shelf: shelves.queues, outgoing, clock, newMark, dropped: ignore });
  const buckets = {
    hold: async () => undefined,
    letGo: ignore,
    isInDoubt: () => false,
    whenSettled: (_name: string, callback: () => void) => callback(),
    settled: async () => undefined,
    retainedUpTo: async () => undefined,
    close: ignore,
  };
  const lastWills = createLastWills({ shelf: wills, outgoing, buckets: () => buckets, clock, log });
  const common = { shelves, outgoing, queues, wills: lastWills, clock, newMark };
  const keeper = createSharedKeeper({ ...common, at: 'b1', elsewhere: new Elsewhere(), lose: ignore });
  const claim = createClaiming({
    ...{ ...common, keeper, buckets },
    exchange: memoryExchanges().join('b1'),
    claims: createClaims(newMark),
    here: { part: async () => undefined, publishWill: ignore },
    fence: { isClosed: false },
    queued: { gaps: 0, tell: ignore },
    early: new Map(),
  });

  /** @param expirySeconds of its session; undefined: the client is not let in */
  async function visit(clientId: string, expirySeconds: number | undefined, cleanStart = false): Promise<void> {
    const claimed = await claim(ACCOUNT, clientId, cleanStart);
    const session = { use: { account: ACCOUNT }, clientId, expirySeconds: expirySeconds ?? 0, awaySinceMs: undefined };
    const isKept = session.expirySeconds > 0;
    if (isKept) keeper.opened(session);
    if (expirySeconds !== undefined) claimed?.opened();
    if (isKept) expect(keeper.known).toBe(1);
    if (isKept) keeper.left(session);
    claimed?.release();
    await new Promise<void>((resolve) => outgoing.durable(resolve));
  }

  return { keeper, visit, sessions };
}

it.each<readonly [string, number | undefined]>([
  ['is kept', 60],
  ['is not kept', 0],
  ['was not let in', undefined],
])('knows nothing of a session that %s once its client is gone', async (_which, expirySeconds) => {
  const { keeper, visit } = oneBridge();
  for (const clientId of ['a', 'b', 'a']) {
    await visit(clientId, expirySeconds);
    expect(keeper.known).toBe(0);
  }
});

it('knows nothing of a session that has ended either, and another one begins in its place', async () => {
  const { keeper, visit, sessions } = oneBridge();
  await visit('a', 60);
  await visit('a', 0, true);
  expect([keeper.known, sessions.readNow([]).map(({ bytes }) => bytes.length)]).toEqual([0, [0]]);
  await visit('a', 60);
  expect([keeper.known, sessions.readNow([]).map(({ bytes }) => bytes.length > 0)]).toEqual([0, [true]]);
});
