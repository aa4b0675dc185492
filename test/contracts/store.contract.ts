/** Owns what every store does, durable or not: atomic changes, unique keys, order and numbers. Sees the port only. */

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CollectionSpec, ReadCollection, Store, StoredRecord, Transaction } from '../../src/core/store.ts';
import { ApiError } from '../../src/protocol/api-error.ts';

interface Person extends StoredRecord {
  readonly email: string;
  readonly badge: string | null;
}

export interface OpenedStore {
  readonly store: Store;
  /** Closes and opens again what a restart would find; absent where nothing outlives the store. */
  readonly reopen?: () => Promise<Store>;
  readonly cleanup: () => Promise<void>;
}

const PEOPLE: CollectionSpec<Person> = {
  name: 'people',
  unique: { email: (person) => person.email, badge: (person) => person.badge ?? undefined },
};

const PLACES: CollectionSpec<StoredRecord & { readonly city: string }> = { name: 'places', unique: {} };

/** What `open` must declare. */
export const CONTRACT_COLLECTIONS = [PEOPLE, PLACES];

export function storeContract(name: string, open: () => Promise<OpenedStore>): void {
  describe(`the store port, kept by ${name}`, () => {
    let opened: OpenedStore;
    let store: Store;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.cleanup());

    const people = () => store.collection(PEOPLE);
    const put = (...records: Person[]) =>
      store.commit((tx) => {
        for (const record of records) tx.collection(PEOPLE).put(record);
      });

    it('resolves a commit with what the change function returned, and shows the change', async () => {
      const size = await store.commit((tx) => {
        tx.collection(PEOPLE).put(person('1'));
        return tx.collection(PEOPLE).size;
      });
      expect(size).toBe(1);
      expect(people().get('1')).toEqual(person('1'));
      expect(people().by('email', 'e1')).toEqual(person('1'));
      expect(people().by('badge', 'e1')).toBeUndefined();
    });

    it('shows readers nothing before the commit has resolved', async () => {
      const committed = put(person('1'));
      expect(people().size).toBe(0);
      expect(people().by('email', 'e1')).toBeUndefined();
      await committed;
      expect([...people().values()]).toEqual([person('1')]);
    });

    it('shows a transaction the commits still under way, so that parallel callers cannot pass a limit', async () => {
      const limit = 4;
      const rent = (id: string) =>
        store.commit((tx) => {
          if (tx.collection(PEOPLE).size >= limit) return false;
          tx.collection(PEOPLE).put(person(id));
          return true;
        });
      const first = Array.from({ length: 5 }, (_, i) => rent(`a${i}`));
      await first[0];
      const rented = await Promise.all([...first, ...Array.from({ length: 5 }, (_, i) => rent(`b${i}`))]);
      expect(rented.filter(Boolean)).toHaveLength(limit);
      expect(people().size).toBe(limit);
    });

    it('shows a transaction a record once, in its place, when commits under way put it and replaced it', async () => {
      const replaced = { ...person('1'), badge: 'new' };
      const underWay = [put(person('0')), put(person('1')), put(person('2')), put(replaced)];
      const seen = await store.commit((tx) => [...tx.collection(PEOPLE).values()]);
      expect(seen).toEqual([person('0'), replaced, person('2')]);
      await Promise.all(underWay);
      expect([...people().values()]).toEqual(seen);
    });

    it('changes nothing when the change function throws, and passes its error on', async () => {
      await put(person('1'));
      const failed = store.commit((tx) => {
        tx.collection(PEOPLE).delete('1');
        tx.collection(PEOPLE).put(person('2'));
        tx.collection(PLACES).put({ id: 'x', city: 'Zagreb' });
        tx.nextId('people');
        throw new Error('changed my mind');
      });
      await expect(failed).rejects.toThrow('changed my mind');
      expect([...people().values()]).toEqual([person('1')]);
      expect(store.collection(PLACES).size).toBe(0);
      expect(await store.commit((tx) => tx.nextId('people'))).toBe(1);
      expect(await store.commit((tx) => [...tx.collection(PEOPLE).values()])).toEqual([person('1')]);
    });

    it('refuses a unique key that another record carries, names the field and keeps the key to itself', async () => {
      const first = put({ id: '1', email: 'secret-key', badge: 'b' });
      const error = await errorOf(put({ id: '2', email: 'secret-key', badge: null }));
      await first;
      expect(error).toMatchObject({ code: 'already_exists', details: [{ path: ['email'] }] });
      expect(JSON.stringify([error, error.message])).not.toContain('secret-key');
      expect(await errorOf(put({ id: '3', email: 'e3', badge: 'b' }))).toMatchObject({
        details: [{ path: ['badge'] }],
      });
      expect(people().size).toBe(1);
    });

    it('leaves the transaction usable when a refused record was caught', async () => {
      await put(person('1'));
      await store.commit((tx) => {
        expect(() => tx.collection(PEOPLE).put({ id: '2', email: 'e1', badge: 'new' })).toThrow(ApiError);
        tx.collection(PEOPLE).put({ id: '3', email: 'e3', badge: 'new' });
      });
      expect(people().by('badge', 'new')?.id).toBe('3');
      expect(people().get('2')).toBeUndefined();
    });

    it('frees the key of a record that changed it or was deleted, at once and within one transaction', async () => {
      await put(person('1'), person('2'));
      await store.commit((tx) => {
        const all = tx.collection(PEOPLE);
        all.put({ ...person('1'), email: 'moved' });
        all.put({ ...person('3'), email: 'e1' });
        all.delete('2');
        all.put({ ...person('4'), email: 'e2' });
        expect(all.by('email', 'e1')?.id).toBe('3');
      });
      expect(['moved', 'e1', 'e2'].map((email) => people().by('email', email)?.id)).toEqual(['1', '3', '4']);
      await store.commit((tx) => tx.collection(PEOPLE).delete('3'));
      expect(people().by('email', 'e1')).toBeUndefined();
    });

    it('hands out 1, 2, 3, … for each name, and no number twice', async () => {
      const next = (name: string) => store.commit((tx) => tx.nextId(name));
      expect(await Promise.all([next('a'), next('a'), next('b'), next('a')])).toEqual([1, 2, 1, 3]);
      await put(person('3'));
      await store.commit((tx) => tx.collection(PEOPLE).delete('3'));
      expect(await next('a')).toBe(4);
    });

    it('lists in order of insertion: a replaced record keeps its place, one put again after deletion comes last', async () => {
      await put(person('1'), person('2'), person('3'));
      const replaced = { ...person('1'), badge: 'new' };
      const seen = await store.commit((tx) => {
        const all = tx.collection(PEOPLE);
        all.put(replaced);
        all.delete('2');
        all.put(person('4'));
        all.put(person('2'));
        return [...all.values()];
      });
      expect(seen).toEqual([replaced, person('3'), person('4'), person('2')]);
      expect([...people().values()]).toEqual(seen);
    });

    it('keeps a copy: what the caller does to its object later is not stored', async () => {
      const given = { ...person('1') };
      const committed = put(given);
      given.email = 'changed';
      await committed;
      expect(people().get('1')).toEqual(person('1'));
    });

    it('ignores the deletion of an absent record', async () => {
      await store.commit((tx) => tx.collection(PEOPLE).delete('nobody'));
      expect(people().size).toBe(0);
    });

    it('refuses a change function that is asynchronous, that commits, or whose transaction has ended', async () => {
      let kept: Transaction | undefined;
      const asynchronous = store.commit(async (tx) => tx.collection(PEOPLE).put(person('1')));
      await expect(asynchronous).rejects.toThrow('must be synchronous');
      const inner = await store.commit(() => [put(person('2'))]);
      await expect(inner[0]).rejects.toThrow('must not commit');
      const collection = await store.commit((tx) => {
        kept = tx;
        return tx.collection(PEOPLE);
      });
      expect(() => collection.put(person('3'))).toThrow('has ended');
      expect(() => collection.delete('1')).toThrow('has ended');
      expect(() => kept?.nextId('a')).toThrow('has ended');
      expect(people().size).toBe(0);
    });

    it('refuses collections and indexes that nobody declared', async () => {
      expect(() => store.collection({ name: 'people', unique: {} })).toThrow('not declared');
      expect(() => people().by('name', 'x')).toThrow('no index');
      await expect(store.commit((tx) => tx.collection({ name: 'pets', unique: {} }))).rejects.toThrow('not declared');
    });

    it('finishes what was committed before it closes, and refuses what comes after', async () => {
      const before = put(person('1'));
      const closed = store.close();
      const error = await errorOf(put(person('2')));
      await Promise.all([before, closed, store.close()]);
      expect(error.code).toBe('unavailable');
      expect([...people().values()]).toEqual([person('1')]);
    });

    it('does what a plain list of records would do, whatever is asked of it, in batches and over restarts', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(BATCH, { maxLength: 6 }), async (batches) => {
          const run = await open();
          try {
            let current = run.store;
            let model: readonly Person[] = [];
            for (const { commits, restart } of batches) {
              const results: Promise<void>[] = [];
              for (const { operations, waitsForPrevious } of commits) {
                const expected = applied(model, operations);
                model = expected ?? model;
                results.push(expectOutcome(current, operations, expected));
                // Either the next commit comes while this one is on its way, or this one is on its way behind the previous one.
                await (waitsForPrevious ? results.at(-2) : Promise.resolve());
              }
              await Promise.all(results);
              if (restart && run.reopen) current = await run.reopen();
              expectSame(current.collection(PEOPLE), model);
            }
          } finally {
            await run.cleanup();
          }
        }),
        { numRuns: 60 },
      );
    });
  });
}

type Operation = { readonly delete: string } | { readonly put: Person };

const ID = fc.constantFrom('1', '2', '3', '4');
const OPERATION: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ delete: ID }),
  fc.record({
    put: fc.record({
      id: ID,
      email: fc.constantFrom('a', 'b', 'c', 'd', '\u2028é\n"'),
      badge: fc.constantFrom(null, 'x', 'y'),
    }),
  }),
);
const COMMIT = fc.record({ operations: fc.array(OPERATION, { maxLength: 4 }), waitsForPrevious: fc.boolean() });
const BATCH = fc.record({ commits: fc.array(COMMIT, { maxLength: 6 }), restart: fc.boolean() });

/** @param expected undefined: that the commit is refused, and nothing changed */
function expectOutcome(
  store: Store,
  operations: readonly Operation[],
  expected: readonly Person[] | undefined,
): Promise<void> {
  const committed = store.commit((tx) => {
    for (const operation of operations) perform(tx, operation);
    if (expected !== undefined) expectSame(tx.collection(PEOPLE), expected);
  });
  if (expected !== undefined) return expect(committed).resolves.toBeUndefined();
  return expect(errorOf(committed)).resolves.toMatchObject({ code: 'already_exists' });
}

/** Undefined when one of the operations would break a unique key. */
function applied(people: readonly Person[], operations: readonly Operation[]): Person[] | undefined {
  let result = [...people];
  for (const operation of operations) {
    if ('delete' in operation) {
      result = result.filter(({ id }) => id !== operation.delete);
      continue;
    }
    const { id, email, badge } = operation.put;
    const others = result.filter((other) => other.id !== id);
    if (others.some((other) => other.email === email || (badge !== null && other.badge === badge))) return undefined;
    const place = result.findIndex((other) => other.id === id);
    if (place === -1) result.push(operation.put);
    else result[place] = operation.put;
  }
  return result;
}

function perform(tx: Transaction, operation: Operation): void {
  if ('delete' in operation) tx.collection(PEOPLE).delete(operation.delete);
  else tx.collection(PEOPLE).put(operation.put);
}

function expectSame(collection: ReadCollection<Person>, expected: readonly Person[]): void {
  expect([...collection.values()]).toEqual(expected);
  expect(collection.size).toBe(expected.length);
  for (const key of ['a', 'b', 'c', 'd']) {
    expect(collection.by('email', key)).toEqual(expected.find(({ email }) => email === key));
  }
  for (const key of ['x', 'y'])
    expect(collection.by('badge', key)).toEqual(expected.find(({ badge }) => badge === key));
}

function person(id: string): Person {
  return { id, email: `e${id}`, badge: null };
}

async function errorOf(failing: Promise<unknown>): Promise<ApiError> {
  const error = await failing.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ApiError) return error;
  throw error;
}
