/** Pins how what one bridge does at a time is spread over those that live, and moved when one dies, sleeps or comes. */

import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createHoldings, type SharedHoldings } from '../../src/cluster/leases/holdings.ts';
import { placed } from '../../src/cluster/leases/placing.ts';
import type { Beat, Pulse } from '../../src/cluster/leases/pulse.ts';
import { LEASES } from '../../src/cluster/leases/records.ts';
import type { HeldTerm } from '../../src/core/cluster/holdings.ts';
import type { CollectionSpec, Store, StoredRecord } from '../../src/core/store.ts';
import { storesOnOneLog } from '../support/cluster/one-log.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

const SEEN: CollectionSpec<StoredRecord> = { name: 'seen', unique: {} };
const NAMES = ['go2rtc', 'google/1', 'mediamtx'];

interface Bridge {
  readonly clock: ManualClock;
  readonly store: Store;
  readonly holdings: SharedHoldings;
  /** What it does at the moment. */
  readonly doing: Map<string, HeldTerm>;
  leads: boolean;
  /** Nobody hears it, and it reaches no log. */
  isCutOff: boolean;
  /** There are servers for it, of which nobody leads. */
  isLeaderless: boolean;
  /** Resolves when it has heard what the others have written meanwhile. */
  caughtUp: Promise<void>;
}

describe('what one bridge does at a time', () => {
  let open: () => Promise<Store>;
  let bridges: Bridge[];
  let hearing: Set<(beat: Beat) => void>;
  beforeEach(() => {
    open = storesOnOneLog([LEASES, SEEN]);
    bridges = [];
    hearing = new Set();
  });

  async function bridge(holder: string, leads = false, names: readonly string[] = NAMES): Promise<Bridge> {
    const [store, clock] = [await open(), manualClock()];
    const pulse: Pulse = {
      reachLog: async () => {
        if (self.isCutOff || self.isLeaderless) throw new Error('out of reach');
      },
      beat: (beat) => {
        if (self.isCutOff) return;
        for (const hear of hearing) hear(beat);
      },
      onBeat: (hear) => {
        hearing.add(hear);
        return () => hearing.delete(hear);
      },
    };
    const doing = new Map<string, HeldTerm>();
    const leadership = {
      get leads() {
        return self.leads;
      },
      commit: store.commit,
    };
    const self = { clock, store, doing, leads, isCutOff: false, isLeaderless: false, caughtUp: Promise.resolve() };
    const [log, caughtUp] = [recordingLog(), () => self.caughtUp];
    const isConnected = () => !self.isCutOff;
    const holdings = createHoldings({
      holder,
      store,
      leadership,
      pulse,
      entry: () => 7,
      isConnected,
      caughtUp,
      clock,
      log,
    });
    for (const name of names) {
      holdings.whileHolding(name, (term) => {
        doing.set(name, term);
        return () => void doing.delete(name);
      });
    }
    const made = Object.assign(self, { holdings });
    bridges.push(made);
    return made;
  }

  async function pass(ms: number, asleep: readonly Bridge[] = []): Promise<void> {
    for (let passed = 0; passed < ms; passed += 100) {
      for (const each of bridges) if (!asleep.includes(each)) each.clock.advance(100);
      for (let i = 0; i < 30; i += 1) await Promise.resolve();
    }
  }

  const all = () => bridges.map(({ doing }) => [...doing.keys()].sort());

  it('is all done by the first, and shared with the second when it comes', async () => {
    const a = await bridge('a', true);
    await pass(1000);
    expect(all()).toEqual([NAMES]);
    expect(a.doing.get('mediamtx')?.takesOver).toBe(false);
    const b = await bridge('b');
    await pass(1000);
    expect(all().map(({ length }) => length)).toEqual([2, 1]);
    expect([...b.doing.values()].map(({ takesOver }) => takesOver)).toEqual([true]);
    await pass(500);
    const shown = a.holdings.bridges.map(({ bridge: name, held, entry }) => [name, held.length, entry]);
    expect(shown.sort()).toEqual([
      ['a', 2, 7],
      ['b', 1, 7],
    ]);
  });

  it('falls to the others two seconds after a bridge was last heard of, whoever leads by then, and is refused to it when it wakes', async () => {
    const a = await bridge('a', true);
    const b = await bridge('b');
    await pass(3000);
    const before = new Map(a.doing);
    await pass(1800, [a]);
    expect(b.doing.size).toBe(1);
    b.leads = true;
    await pass(800, [a]);
    expect([...b.doing.keys()].sort()).toEqual(NAMES);
    expect([...before.keys()].map((name) => b.doing.get(name)?.takesOver)).toEqual([true, true]);
    a.leads = false;
    const [old] = before.values();
    const late = a.store.commit((tx) => {
      old?.fence(tx);
      tx.collection(SEEN).put({ id: 'late' });
    });
    await expect(late).rejects.toMatchObject({ code: 'unavailable' });
    await pass(1000);
    // It is one of them again, and has its share.
    expect(all().map(({ length }) => length)).toEqual([1, 2]);
    const [[name, term] = ['', undefined]] = a.doing;
    await a.store.commit((tx) => term?.fence(tx));
    expect(b.doing.has(name)).toBe(false);
  });

  it('is left to others by a bridge that reaches the log no more, and not taken up again before it knows what became of it', async () => {
    const a = await bridge('a', true);
    await pass(1000);
    let isCaughtUp = () => {};
    Object.assign(a, { isCutOff: true, caughtUp: new Promise<void>((resolve) => (isCaughtUp = resolve)) });
    await pass(6000);
    expect(all()).toEqual([NAMES]);
    await pass(3000);
    expect(all()).toEqual([[]]);
    a.isCutOff = false;
    await pass(3000);
    expect(all()).toEqual([[]]);
    isCaughtUp();
    await pass(2000);
    expect(all()).toEqual([NAMES]);
    expect([...a.doing.values()].map(({ takesOver }) => takesOver)).toEqual([false, false, false]);
  });

  it('is given to nobody who cannot do any of it, as one that stands by; it is told to live all the same', async () => {
    const a = await bridge('a', true);
    const b = await bridge('b', false, []);
    await pass(1000);
    expect(all()).toEqual([NAMES, []]);
    for (const { holdings } of [a, b])
      expect(holdings.bridges.map(({ bridge: name }) => name).sort()).toEqual(['a', 'b']);
  });

  it('has a bridge serve no worse than another for ten seconds while the servers choose a leader, and for five when it is cut off', async () => {
    const [a, b] = [await bridge('a', true), await bridge('b')];
    await pass(1000);
    a.isCutOff = true;
    b.isLeaderless = true;
    const reached = () => [a, b].map(({ holdings }) => holdings.isReached);
    await pass(3000);
    expect(reached()).toEqual([true, true]);
    await pass(2000);
    expect(reached()).toEqual([false, true]);
    await pass(3000);
    expect(reached()).toEqual([false, true]);
    await pass(4000);
    expect(reached()).toEqual([false, false]);
    [a.isCutOff, b.isLeaderless] = [false, false];
    await pass(2000);
    expect(reached()).toEqual([true, true]);
  });

  it('is given back at an orderly end, and goes on elsewhere at once', async () => {
    await bridge('a', true);
    const b = await bridge('b');
    await pass(2000);
    await b.holdings.close();
    bridges.pop();
    expect(b.doing.size).toBe(0);
    await pass(500);
    expect(all()).toEqual([NAMES]);
  });

  it('is left to a bridge that is there already by one that begins to lead before it has heard anybody', async () => {
    const a = await bridge('a', true);
    await pass(1000);
    a.leads = false;
    await bridge('b', true);
    await pass(300, [a]);
    expect(all()).toEqual([NAMES, []]);
  });
});

it('MediaMTX stays where it is when a bridge comes, and something else moves', () => {
  const holders = new Map(NAMES.map((name) => [name, 'a']));
  const shared = placed(NAMES, holders, ['a', 'b', 'c']);
  expect([...shared.values()].sort()).toEqual(['a', 'b', 'c']);
  expect(shared.get('mediamtx')).toBe('a');
});

it('things are spread evenly over all bridges, and none is moved without need', () => {
  const bridge = fc.constantFrom('a', 'b', 'c', 'd', 'gone');
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ minLength: 1, maxLength: 3 }), bridge),
      fc.subarray(['a', 'b', 'c', 'd'], { minLength: 1 }),
      (held, living) => {
        const holders = new Map(Object.entries(held));
        const names = [...holders.keys()];
        const result = placed(names, holders, living);
        const counts = living.map((one) => [...result.values()].filter((by) => by === one).length);
        expect([...result.keys()].sort()).toEqual([...names].sort());
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        // What was even already stays as it is.
        expect(placed(names, result, living)).toEqual(result);
      },
    ),
  );
});
