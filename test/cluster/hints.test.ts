/** Pins that what MediaMTX tells a bridge that does not see it is heeded by the one that does, or that will: once, and however long it takes to find one. */

import { beforeEach, expect, it } from 'vitest';
import { hearHints } from '../../src/app/sources/hints.ts';
import type { Hint } from '../../src/mediamtx/paths/observer.ts';
import { type MemoryExchanges, memoryExchanges } from '../support/cluster/memory-exchange.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';

const DEMAND: Hint = { event: 'demand' };

let clock: ManualClock;
let exchanges: MemoryExchanges;
/** Which bridge has looked at what, for which hint. */
let looks: string[];
/** Looks come to nothing while this is set. */
let isStuck: boolean;

beforeEach(() => {
  clock = manualClock();
  exchanges = memoryExchanges();
  looks = [];
  isStuck = false;
});

function bridge(id: string) {
  // As far as it is used here.
  const hints = hearHints({ membership: { exchange: exchanges.join(id) }, clock } as never);
  const heed = () =>
    hints.heed(async (path, { event }) => {
      looks.push(`${id}: ${event} of ${path}`);
      if (isStuck) await new Promise(() => undefined);
    });
  return { give: hints.give, heed };
}

/** Everything that was said has been heard. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

it('a hook told to a bridge that does not see it has the other one look, and nobody looks again when the source moves', async () => {
  const [a, b, c] = [bridge('a'), bridge('b'), bridge('c')];
  const stop = a.heed();
  await b.give('door', DEMAND);
  await settled();
  expect(looks).toEqual(['a: demand of door']);
  stop();
  b.heed();
  c.heed();
  expect(looks).toHaveLength(1);
});

it('a demand while nobody sees it is heeded by whoever does within a minute, and by nobody later', async () => {
  const [a, b] = [bridge('a'), bridge('b')];
  await a.give('door', DEMAND);
  clock.advance(59_000);
  await a.give('porch', DEMAND);
  b.heed();
  await settled();
  expect(looks.splice(0)).toEqual(['b: demand of door', 'b: demand of porch']);
  const late = bridge('late');
  await late.give('attic', DEMAND);
  exchanges.kill('b');
  await late.give('yard', DEMAND);
  clock.advance(60_000);
  late.heed();
  expect(looks).toEqual(['b: demand of attic']);
});

it('a demand that a bridge was looking for when it died is heeded by the next one', async () => {
  const [a, b] = [bridge('a'), bridge('b')];
  a.heed();
  isStuck = true;
  await b.give('door', DEMAND);
  exchanges.kill('a');
  b.heed();
  expect(looks).toEqual(['a: demand of door', 'b: demand of door']);
});

it('a demand is not displaced by another hint of the same path, but by its end', async () => {
  const [a, b] = [bridge('a'), bridge('b')];
  for (const event of ['demand', 'read']) await a.give('door', { event });
  for (const event of ['demand', 'unDemand']) await a.give('porch', { event });
  b.heed();
  expect(looks).toEqual(['b: demand of door', 'b: unDemand of porch']);
});

it('what is no hint is passed over', async () => {
  const liar = exchanges.join('liar');
  const a = bridge('a');
  a.heed();
  for (const text of ['[]', '{"id":"x","path":"door"}', '{"id":"x","path":"door","hint":{"event":1}}'])
    for (const channel of ['hints of mediamtx', 'heeded hints of mediamtx']) liar.say(channel, Buffer.from(text));
  await settled();
  expect(looks).toEqual([]);
});
