/** Pins which events wait for a broker, and which are remembered for whoever asks later: so many, the latest. */

import { beforeEach, expect, it } from 'vitest';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import { keepEvents, OUTBOX } from '../../../src/core/happened/outbox.ts';
import { PAST_EVENTS } from '../../../src/core/happened/past-events.ts';
import type { Store } from '../../../src/core/store.ts';
import type { BridgeEvent } from '../../../src/protocol/events.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';

let store: Store;

const event = (entity: number): BridgeEvent => ({
  ...{ domain: 'camera', event: 'ready', entity, details: {} },
  at: '2026-11-21T10:00:00.000Z',
});
const keep = (first: number, count: number) =>
  store.commit((tx) =>
    keepEvents(
      tx,
      Array.from({ length: count }, (_none, index) => event(first + index)),
    ),
  );
const kept = (spec: typeof OUTBOX) => [...store.collection(spec).values()].map(({ id }) => Number(id));

beforeEach(() => {
  store = memoryStore(COLLECTIONS);
});

it('each has the next number, and is kept under it with what it tells', async () => {
  expect(await keep(7, 2)).toEqual([
    { ...event(7), keptAs: '1' },
    { ...event(8), keptAs: '2' },
  ]);
  expect((await keep(9, 1)).map(({ keptAs }) => keptAs)).toEqual(['3']);
  for (const spec of [OUTBOX, PAST_EVENTS]) {
    expect(store.collection(spec).get('2')).toEqual({ id: '2', event: event(8) });
  }
});

it('a thousand wait for a broker, two thousand are remembered: then the oldest go', async () => {
  await keep(1, 1000);
  expect([kept(OUTBOX)[0], kept(OUTBOX).length]).toEqual([1, 1000]);
  await keep(1, 1);
  expect([kept(OUTBOX)[0], kept(OUTBOX).length]).toEqual([2, 1000]);
  await keep(1, 999);
  expect([kept(PAST_EVENTS)[0], kept(PAST_EVENTS).length]).toEqual([1, 2000]);
  await keep(1, 1);
  expect([kept(PAST_EVENTS)[0], kept(PAST_EVENTS).length]).toEqual([2, 2000]);
});
