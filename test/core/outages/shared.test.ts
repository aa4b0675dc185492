/** Pins the past that several bridges share: those that stand by show what the one that serves keeps, and one that takes over goes on with it. */

import { beforeEach, describe, expect, it } from 'vitest';
import type { History } from '../../../src/core/outages/history.ts';
import { PAST_STRETCHES } from '../../../src/core/outages/records.ts';
import type { CollectionSpec, Elsewhere, Store, StoredRecord } from '../../../src/core/store.ts';
import { BLIND, DOWN, historySetting, MINUTE_MS, UP } from './setting.ts';

let setting: Awaited<ReturnType<typeof historySetting>>;
let other: History;
/** Has those who watch hear of what was changed since. */
let spread: () => void;

/** The store as another bridge has it, which hears of changes when they are spread. */
function storeElsewhere(store: Store): Store {
  const watched: (() => void)[] = [];
  spread = () => {
    for (const look of watched) look();
  };
  return {
    ...store,
    watch<R extends StoredRecord>(spec: CollectionSpec<R>, listener: (changes: readonly Elsewhere<R>[]) => void) {
      const read = () => new Map([...store.collection(spec).values()].map((record) => [record.id, record]));
      let known = read();
      watched.push(() => {
        const [before, after] = [known, read()];
        known = after;
        const ids = [...new Set([...before.keys(), ...after.keys()])].filter((id) => before.get(id) !== after.get(id));
        if (ids.length > 0) listener(ids.map((id) => ({ id, before: before.get(id), after: after.get(id) })));
      });
      return () => undefined;
    },
  };
}

const pass = async (minutes: number) => {
  setting.clock.advance(minutes * MINUTE_MS);
  await setting.settled();
  spread();
};
const shown = (history: History) => ({
  outages: [...history.outages()],
  uptimes: ['1', '2'].map((id) => history.uptime(id)),
  falls: ['1', '2'].map((id) => history.lastFall(id)),
});
const reasons = () => [...other.outages()].map(({ reason, toMs }) => [reason, toMs !== null]);

beforeEach(async () => {
  setting = await historySetting(['1', '2']);
  other = setting.open(storeElsewhere(setting.store));
});

describe('a bridge that stands by', () => {
  it('shows what the one that serves keeps, from the first moment on, and says nothing of its own', async () => {
    for (const state of [UP, DOWN, UP, BLIND, DOWN]) {
      setting.tell(state);
      setting.tell(UP, '2');
      await pass(3);
      expect(shown(other)).toEqual(shown(setting.history));
    }
    setting.tell(DOWN, '2');
    await pass(1);
    expect(shown(other)).toEqual(shown(setting.history));
    expect(other.lastFall('2')).toMatchObject({ reason: 'refused', toMs: null });
  });

  it('shows one that begins to stand by later the same', async () => {
    setting.tell(DOWN);
    await pass(3);
    setting.tell(UP);
    await pass(3);
    expect(shown(setting.open(storeElsewhere(setting.store)))).toEqual(shown(setting.history));
  });

  it('forgets what is given up, and cameras that are removed', async () => {
    for (const state of [DOWN, UP, BLIND, UP]) {
      setting.tell(state);
      await pass(3);
    }
    const [first] = setting.store.collection(PAST_STRETCHES).values();
    await setting.store.commit((tx) => tx.collection(PAST_STRETCHES).delete(first?.id ?? ''));
    spread();
    expect(reasons()).toEqual([['mediamtx-unreachable', true]]);
    setting.removed('1');
    await setting.settled();
    spread();
    expect(shown(other).outages).toEqual([]);
    // What is left of one that nobody knows is nobody's.
    await setting.store.commit((tx) => first && tx.collection(PAST_STRETCHES).put(first));
    spread();
    expect(shown(other).outages).toEqual([]);
  });
});

describe('a bridge that takes over', () => {
  beforeEach(async () => {
    setting.tell(UP);
    await pass(10);
    await setting.end(true);
    setting.clock.advance(MINUTE_MS / 2);
  });

  it('within minutes goes on with it: nobody was blind', async () => {
    other.start(true);
    setting.tell(UP);
    await pass(1);
    expect(reasons()).toEqual([]);
    expect(other.uptime('1')['24h'].upMs).toBe(11.5 * MINUTE_MS);
  });

  it('later than that says that we were blind from the last minute that is known', async () => {
    setting.clock.advance(3 * MINUTE_MS);
    other.start(true);
    setting.tell(UP);
    expect([...other.outages()]).toMatchObject([{ reason: 'service-stopped', toMs: setting.clock.now() }]);
    expect(other.uptime('1')['24h'].upMs).toBe(10 * MINUTE_MS);
  });

  it('from nobody, as after a start of all, says so at once', async () => {
    other.start();
    setting.tell(UP);
    expect(reasons()).toEqual([['service-stopped', true]]);
  });
});
