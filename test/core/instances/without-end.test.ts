/** Whoever rents and removes without end costs no memory. */

import { describe, expect, it } from 'vitest';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import { INSTANCE_REQUESTS } from '../../../src/core/instances/keyed-requests.ts';
import { TOMBSTONES } from '../../../src/core/instances/records.ts';
import type { Store } from '../../../src/core/store.ts';
import { ANNA, BERT, newSetting, PLAIN } from '../../support/instances/world.ts';

describe('an instance that is rented and removed again and again', () => {
  it('leaves its name behind, and of names the last ten thousand', async () => {
    const { store, instances, tombstones } = await newSetting();
    const removedAt = '2026-11-21T16:48:30.698Z';
    await store.commit((tx) => {
      for (let i = 0; i < 9998; i += 1) tx.collection(TOMBSTONES).put({ id: `former${i}`, removedAt });
    });
    const names: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      const { id, user } = await instances.create(ANNA, PLAIN);
      await instances.remove(ANNA, id);
      names.push(user);
    }
    expect(tombstones.size).toBe(10_000);
    expect(names.every((name) => tombstones.get(name) !== undefined)).toBe(true);
    expect([tombstones.get('former2'), tombstones.get('former3')?.id]).toEqual([undefined, 'former3']);
  });

  it('leaves nothing else', async () => {
    const { store, instances } = await newSetting();
    const round = async () => {
      const { id } = await instances.create(ANNA, PLAIN);
      await instances.remove(ANNA, id);
    };
    await round();
    const before = sizes(store);
    for (let i = 0; i < 50; i += 1) await round();
    expect(sizes(store)).toEqual({ ...before, [TOMBSTONES.name]: 51 });
  });

  it('under a new key each time makes the service remember a thousand keys of its owner, and all of another one', async () => {
    const { store, requests } = await newSetting();
    const ask = async (owner: string, key: string) => {
      const claim = requests.claim({ owner, key, request: 'create' });
      if (claim.kind !== 'first') return claim.kind;
      await store.commit((tx) => claim.remember(tx, 'x'));
      claim.release();
      return claim.kind;
    };
    await ask(BERT.user.ownerId, 'kept');
    for (let i = 0; i < 1005; i += 1) await ask(ANNA.user.ownerId, `${i}`);
    expect(store.collection(INSTANCE_REQUESTS).size).toBe(1001);
    expect(await ask(ANNA.user.ownerId, '1004')).toBe('done');
    expect(await ask(ANNA.user.ownerId, '0')).toBe('first');
    expect(await ask(BERT.user.ownerId, 'kept')).toBe('done');
  });
});

function sizes(store: Store): Readonly<Record<string, number>> {
  // Their size asks nothing of the records.
  const specs = COLLECTIONS as readonly object[] as readonly (typeof TOMBSTONES)[];
  return Object.fromEntries(specs.map((spec) => [spec.name, store.collection(spec).size]));
}
