/** Owns what two stores upon one log do: one order for both, nobody's change upon something that the other has changed meanwhile, and nothing lost. */

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CollectionSpec, Store, StoredRecord } from '../../src/core/store.ts';
import { ApiError } from '../../src/protocol/api-error.ts';
import { PATIENCE_MS } from '../support/patience.ts';

interface Seat extends StoredRecord {
  readonly name: string;
  readonly owner: string;
}

const SEATS: CollectionSpec<Seat> = { name: 'seats', unique: { name: (seat) => seat.name } };
const TALLIES: CollectionSpec<StoredRecord & { readonly count: number }> = { name: 'tallies', unique: {} };

/** What `open` must declare. */
export const SHARED_LOG_COLLECTIONS = [SEATS, TALLIES];

export interface SharedLog {
  /** One more store upon the log. */
  open(): Promise<Store>;
  cleanup(): Promise<void>;
}

export function sharedLogContract(name: string, begin: () => Promise<SharedLog>, runs = 20): void {
  describe(`two stores upon one log, kept by ${name}`, () => {
    let log: SharedLog;
    let a: Store;
    let b: Store;
    beforeEach(async () => {
      log = await begin();
      a = await log.open();
      b = await log.open();
    });
    afterEach(() => log.cleanup());

    const take = (store: Store, seatName: string, owner = 'anna') =>
      store.commit((tx) => {
        const id = String(tx.nextId('seats'));
        tx.collection(SEATS).put({ id, name: seatName, owner });
        return id;
      });
    const seatsOf = (store: Store) => [...store.collection(SEATS).values()];
    const agree = (...stores: Store[]) =>
      vi.waitFor(() => {
        for (const store of stores) expect(seatsOf(store)).toEqual(seatsOf(a));
      }, PATIENCE_MS);
    const bothOrNone = (promises: readonly Promise<unknown>[]) =>
      Promise.allSettled(promises).then((settled) => settled.filter(({ status }) => status === 'fulfilled').length);

    it('show what the other has committed', async () => {
      await take(a, 'first');
      await vi.waitFor(() => expect(seatsOf(b)).toEqual([{ id: '1', name: 'first', owner: 'anna' }]), PATIENCE_MS);
      expect(b.collection(SEATS).by('name', 'first')?.id).toBe('1');
    });

    it('hand out each number and each unique key once, however many ask both at once', async () => {
      const wishes = Array.from({ length: 40 }, (_, i) => take(i % 2 ? a : b, `seat ${i % 20}`));
      expect(await bothOrNone(wishes)).toBe(20);
      await agree(a, b);
      expect(new Set(seatsOf(a).map(({ name: seatName }) => seatName)).size).toBe(20);
      expect(seatsOf(a).map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, i) => String(i + 1)));
    });

    it('grant exactly as many as there are, when forty ask for four', async () => {
      const ask = (store: Store, i: number) =>
        store.commit((tx) => {
          const own = [...tx.collection(SEATS).values()].filter(({ owner }) => owner === 'ben');
          if (own.length >= 4) throw new ApiError('forbidden');
          tx.collection(SEATS).put({ id: `${i}`, name: `${i}`, owner: 'ben' });
        });
      expect(await bothOrNone(Array.from({ length: 40 }, (_, i) => ask(i % 2 ? a : b, i)))).toBe(4);
      await agree(a, b);
      expect(seatsOf(a)).toHaveLength(4);
    });

    it('run a change again that the other was quicker than, and resolve with what it returned then', async () => {
      const add = (store: Store) =>
        store.commit((tx) => {
          const count = (tx.collection(TALLIES).get('all')?.count ?? 0) + 1;
          tx.collection(TALLIES).put({ id: 'all', count });
          return count;
        });
      const counts = await Promise.all(Array.from({ length: 30 }, (_, i) => add(i % 2 ? a : b)));
      expect(counts.sort((x, y) => x - y)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    });

    it('tell of what the other has changed, with what was before, when all of it can be seen; of their own, nothing', async () => {
      const told: unknown[] = [];
      const end = b.watch(SEATS, (changes) => {
        for (const { id, before, after } of changes) {
          expect(b.collection(SEATS).get(id)).toEqual(after);
          told.push([id, before?.name, after?.name]);
        }
      });
      await take(a, 'first');
      await agree(a, b);
      await take(b, 'own');
      await agree(b, a);
      await a.commit((tx) => {
        tx.collection(SEATS).delete('2');
        tx.collection(SEATS).put({ id: '1', name: 'second', owner: 'anna' });
      });
      await agree(a, b);
      expect(told).toEqual([
        ['1', undefined, 'first'],
        ['2', 'own', undefined],
        ['1', 'first', 'second'],
      ]);
      end();
      await take(a, 'third');
      await agree(a, b);
      expect(told).toHaveLength(3);
    });

    it('let one more store begin with all that there is, and go on with the others', async () => {
      for (let i = 0; i < 5; i += 1) await take(i % 2 ? a : b, `seat ${i}`);
      const late = await log.open();
      await agree(a, late);
      await take(late, 'from the last');
      await agree(late, a, b);
      await take(b, 'for the last');
      await agree(b, late);
    });

    it('agree in the end, in order too, whatever both are asked at once', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(DEED, { minLength: 1, maxLength: 30 }), async (deeds) => {
          const stores = [a, b];
          const done = deeds.map(({ who, id, seatName, isRemoval, waits }) => {
            const committed = (stores[who] ?? a).commit((tx) => {
              if (isRemoval) tx.collection(SEATS).delete(id);
              else tx.collection(SEATS).put({ id, name: seatName, owner: String(who) });
            });
            return { waits, outcome: committed.catch((error: unknown) => expect(error).toBeInstanceOf(ApiError)) };
          });
          for (const { outcome, waits } of done) if (waits) await outcome;
          await Promise.all(done.map(({ outcome }) => outcome));
          const mark = await a.commit((tx) => tx.nextId('marks'));
          await vi.waitFor(async () => expect(await b.commit((tx) => tx.nextId('marks'))).toBeGreaterThan(mark));
          await agree(a, b);
          for (const { id, name: seatName } of seatsOf(a))
            for (const store of stores) expect(store.collection(SEATS).by('name', seatName)?.id).toBe(id);
        }),
        { numRuns: runs },
      );
    });
  });
}

const DEED = fc.record({
  who: fc.constantFrom(0, 1),
  id: fc.constantFrom('1', '2', '3', '4'),
  seatName: fc.constantFrom('w', 'x', 'y', 'z'),
  isRemoval: fc.boolean(),
  waits: fc.boolean(),
});
