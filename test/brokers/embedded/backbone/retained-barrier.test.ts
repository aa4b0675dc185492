/** Pins for how long a subscription waits for what other brokers retain: until all is told that was there when it was asked for, or a second. */

import { beforeEach, expect, it } from 'vitest';
import { type Buckets, createBuckets, type Shelves } from '../../../../src/brokers/embedded/backbone/shared/buckets.ts';
import type { Kept, Shelf } from '../../../../src/core/cluster/shelf.ts';
import { memoryShelf } from '../../../support/cluster/memory-shelf.ts';
import { type ManualClock, manualClock } from '../../../support/manual-clock.ts';

let clock: ManualClock;
let tell: (position: number) => void;
let buckets: Buckets;
let waits: boolean;

beforeEach(async () => {
  clock = manualClock();
  const kept = (position: number): Kept => ({ key: ['alice', 't'], position, mark: '', bytes: Buffer.from('x') });
  const retained: Shelf = {
    ...memoryShelf(),
    newest: async () => 5,
    follow: async (_below, told) => {
      tell = (position) => told(kept(position));
      return () => undefined;
    },
  };
  const [sessions, queues, wills, bridges] = [memoryShelf(), memoryShelf(), memoryShelf(), memoryShelf()];
  const shelves: Shelves = { retained, sessions, queues, wills, bridges };
  const ignore = () => undefined;
  const ask = async () => ({ answers: [], silent: [] });
  const exchange = {
    ...{ id: 'a', others: ['b'], isBehind: false, say: ignore, onLost: () => ignore, listen: () => ignore },
    ...{ caughtUp: async () => undefined, onAsked: () => ignore, ask, askPresent: ask },
  };
  buckets = createBuckets({ exchange, shelves, clock, hear: ignore, learn: ignore, forget: ignore });
  await buckets.hold('alice');
  waits = true;
  void buckets.retainedUpTo('alice').then(() => {
    waits = false;
  });
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('is over when the last of it is told, and not before', async () => {
  tell(4);
  await settled();
  expect(waits).toBe(true);
  tell(5);
  await settled();
  expect(waits).toBe(false);
});

it('is over after a second where it is not told', async () => {
  clock.advance(999);
  await settled();
  expect(waits).toBe(true);
  clock.advance(1);
  await settled();
  expect(waits).toBe(false);
});
