/** Pins how one instance is counted: what makes it worth keeping, when it was seen, and that nothing is counted twice or lost while it is being kept. */

import { describe, expect, it } from 'vitest';
import * as tallies from '../../../src/core/instances/usage/tally.ts';
import { NOTHING_COUNTED } from '../../../src/core/instances/usage/usage.ts';

const START_MS = Date.parse('2026-11-21T16:48:30.000Z');
const HOUR_MS = 3_600_000;
const SEEN = { at: '2026-11-21T16:48:30.000Z', address: null, clientId: 'porch' };
const iso = (ms: number) => new Date(ms).toISOString();

describe('there is something to keep', () => {
  it.each<readonly [string, (tally: tallies.UsageTally) => void]>([
    ['a message came', (tally) => tallies.countReceived(tally, 1)],
    ['a message went', (tally) => tallies.countSent(tally, 1)],
    ['a login was refused', (tally) => tallies.countRefusal(tally)],
    ['somebody came', (tally) => tallies.countConnection(tally, 1, SEEN)],
  ])('once %s, and then no more', (_what, count) => {
    const tally = tallies.openTally(START_MS);
    expect(tallies.take(tally)).toBeUndefined();
    count(tally);
    expect(tallies.take(tally)).toBeDefined();
    expect(tallies.take(tally)).toBeUndefined();
  });

  it('in an hour that begins while somebody is here', () => {
    const tally = tallies.openTally(START_MS);
    tallies.countConnection(tally, 1, SEEN);
    tallies.take(tally);
    tallies.lookAtClock(tally, START_MS + 60_000);
    expect(tallies.take(tally)).toBeUndefined();
    tallies.lookAtClock(tally, START_MS + HOUR_MS);
    expect(tallies.take(tally)?.hours.at(-1)).toEqual({
      ...NOTHING_COUNTED,
      peakConnections: 1,
      since: '2026-11-21T17:00:00.000Z',
    });
  });

  it('of an hour that is over, and not of one in which nothing was', () => {
    const tally = tallies.openTally(START_MS);
    tallies.lookAtClock(tally, START_MS + HOUR_MS);
    expect([tally.past, tallies.take(tally)]).toEqual([[], undefined]);
    tallies.countRefusal(tally);
    tallies.lookAtClock(tally, START_MS + HOUR_MS + 1);
    expect(tally.past).toEqual([]);
    tallies.lookAtClock(tally, START_MS + 2 * HOUR_MS);
    const over = { ...NOTHING_COUNTED, refusedLogins: 1, since: '2026-11-21T17:00:00.000Z' };
    expect(tally.past).toEqual([over]);
    tallies.countRefusal(tally);
    tallies.lookAtClock(tally, START_MS + 3 * HOUR_MS);
    expect(tally.past).toEqual([over, { ...over, since: '2026-11-21T18:00:00.000Z' }]);
  });

  it('once more where an hour ended that could not be kept before', () => {
    const tally = tallies.openTally(START_MS);
    tally.past = [{ ...NOTHING_COUNTED, refusedLogins: 1, since: '2026-11-21T15:00:00.000Z' }];
    tallies.lookAtClock(tally, START_MS + HOUR_MS);
    expect(tallies.take(tally)?.hours).toHaveLength(2);
  });
});

describe('whoever', () => {
  const later = START_MS + 60_000;

  it('is here and publishes is seen at each look', () => {
    const tally = tallies.openTally(START_MS);
    tallies.countConnection(tally, 1, SEEN);
    tallies.countReceived(tally, 1);
    tallies.lookAtClock(tally, later);
    expect(tally.lastSeen).toEqual({ ...SEEN, at: iso(later) });
    tallies.lookAtClock(tally, later + 60_000);
    expect(tally.lastSeen?.at).toBe(iso(later));
  });

  it('is here and silent was seen when they came', () => {
    const tally = tallies.openTally(START_MS);
    tallies.countConnection(tally, 1, SEEN);
    tallies.lookAtClock(tally, later);
    expect(tally.lastSeen).toEqual(SEEN);
  });

  it('has published and left was seen when they left', () => {
    const tally = tallies.openTally(START_MS);
    tallies.countConnection(tally, 1, SEEN);
    tallies.countReceived(tally, 1);
    tallies.countConnection(tally, -1, SEEN);
    tallies.lookAtClock(tally, later);
    expect(tally.lastSeen).toEqual(SEEN);
  });

  it('publishes and never came was not seen', () => {
    const tally = tallies.openTally(START_MS);
    tallies.countReceived(tally, 1);
    tallies.lookAtClock(tally, later);
    expect(tally.lastSeen).toBeNull();
  });
});

describe('what is being kept', () => {
  /** Once, and then twice more. */
  function refused() {
    const tally = tallies.openTally(START_MS);
    const taken = [1, 2].map((times) => {
      for (let time = 0; time < times; time += 1) tallies.countRefusal(tally);
      return tallies.take(tally);
    });
    return { tally, taken: taken.flatMap((one) => one ?? []) };
  }
  const refusals = (tally: tallies.UsageTally) =>
    tallies.known(undefined, tally, undefined, START_MS).total.refusedLogins;

  it('counts until it is kept, each by itself', () => {
    const { tally, taken } = refused();
    const left = [refusals(tally)];
    for (const one of taken) {
      tallies.kept(tally, one);
      left.push(refusals(tally));
    }
    expect(left).toEqual([3, 2, 0]);
  });

  it('counts once more where it could not be kept, and no more twice', () => {
    const { tally, taken } = refused();
    for (const one of taken) tallies.giveBack(tally, one);
    expect([refusals(tally), tally.underWay]).toEqual([3, []]);
    expect(tallies.take(tally)?.hours.filter(({ refusedLogins }) => refusedLogins > 0)).toHaveLength(2);
  });
});

describe('what is known', () => {
  const hour = (since: string) => ({ ...NOTHING_COUNTED, messagesSent: 1, since });

  it('is told from the oldest hour to the newest, in whatever order it was counted', () => {
    const hours = ['2026-11-21T13:00:00.000Z', '2026-11-21T12:00:00.000Z', '2026-11-21T15:00:00.000Z'].map(hour);
    const known = tallies.withCounted(undefined, undefined, { hours, lastSeen: null }, START_MS);
    const history = { id: 'i', hours: known.hours };
    const again = { hours: [hour('2026-11-21T14:00:00.000Z')], lastSeen: null };
    const told = tallies.historyOf(tallies.withCounted(undefined, history, again, START_MS));
    expect(told.map(({ since }) => since.slice(11, 13))).toEqual(['12', '13', '14', '15']);
  });

  it.each([
    ['here', '16:40', '16:41', '16:41'],
    ['on another bridge', '16:42', '16:41', '16:42'],
  ])('of the last time it was seen is the later one, %s', (_where, elsewhere, here, at) => {
    const seen = (time: string) => ({ ...SEEN, at: `2026-11-21T${time}:00.000Z` });
    const record = {
      id: 'i',
      total: NOTHING_COUNTED,
      hour: hour('2026-11-21T16:00:00.000Z'),
      lastSeen: seen(elsewhere),
    };
    const known = tallies.withCounted(record, undefined, { hours: [], lastSeen: seen(here) }, START_MS);
    expect(known.lastSeen).toEqual(seen(at));
  });
});
