/** Pins that a kill at any moment between store and broker leaves nothing half done after the next start. */

import { describe, expect, it } from 'vitest';
import type { Instances } from '../../../src/core/instances/instances.ts';
import type { Provisioner } from '../../../src/core/instances/provisioner.ts';
import { INSTANCES, TOMBSTONES } from '../../../src/core/instances/records.ts';
import type { Store } from '../../../src/core/store.ts';
import { fakeProvisioner } from '../../support/instances/fake-provisioner.ts';
import { ANNA, newWorld, PLAIN, run } from '../../support/instances/world.ts';

const ADMITTED = { search: '', offset: 0, limit: 100, descending: false };

/** Counts every step into the store or to the broker; dies before or after the one that was chosen, and is dead from then on. */
function mortal(fatalStep: number, moment: 'before' | 'after') {
  let steps = 0;
  let isDead = false;
  const killed = new Error('killed');

  async function step<T>(work: () => Promise<T>): Promise<T> {
    if (isDead) throw killed;
    steps += 1;
    const isFatal = steps === fatalStep;
    if (isFatal) isDead = true;
    if (isFatal && moment === 'before') throw killed;
    const result = await work();
    if (isDead) throw killed;
    return result;
  }

  return {
    hasDied: () => isDead,
    store: (store: Store): Store => ({
      collection: (spec) => store.collection(spec),
      commit: (change) => step(() => store.commit(change)),
      fault: null,
      trouble: null,
      watch: (spec, listener) => store.watch(spec, listener),
      close: () => store.close(),
    }),
    broker: (broker: Provisioner): Provisioner => ({
      ...broker,
      provision: (spec) => step(() => broker.provision(spec)),
      deprovision: (user) => step(() => broker.deprovision(user)),
      reconcile: (desired) => step(() => broker.reconcile(desired)),
    }),
  };
}

type Deed = (instances: Instances, id: string) => Promise<unknown>;

const DEEDS: Record<string, Deed> = {
  'the creation of an instance': (instances) => instances.create(ANNA, PLAIN),
  'its removal': (instances, id) => instances.remove(ANNA, id),
  'its rotation': (instances, id) => instances.rotate(ANNA, id, 0),
  'its disabling': (instances, id) => instances.update(ANNA, id, { enabled: false }),
  'the removal of all of its owner': async (instances) => instances.removeAllOf(ANNA.user.ownerId),
};

describe.each(Object.entries(DEEDS))('a kill during %s', (_name, deed) => {
  it.each(['before', 'after'] as const)('just %s each step leaves records and broker of one mind', async (moment) => {
    let died = 0;
    for (let fatalStep = 1; ; fatalStep += 1) {
      const broker = fakeProvisioner();
      const world = await newWorld(broker);
      const { id } = await run(world).instances.create(ANNA, PLAIN);

      const death = mortal(fatalStep, moment);
      const doomed = run({ ...world, store: death.store(world.store), broker: death.broker(broker) });
      const isDone = await deed(doomed.instances, id).then(
        () => true,
        () => false,
      );
      await doomed.instances.close();
      if (!death.hasDied()) {
        expect(isDone).toBe(true);
        break;
      }
      died += 1;

      const { instances } = run(world);
      await instances.start();
      const records = [...world.store.collection(INSTANCES).values()];
      expect(records.map(({ status }) => status)).toEqual(records.map(() => 'active'));
      const expected = records.map((record) => {
        const passwords = instances.revealPasswords(ANNA, [record]);
        return [record.user, { passwords, enabled: record.enabled }];
      });
      expect([...broker.accounts].map(([user, account]) => [user, { ...account }])).toEqual(expected);
      expect(instances.list(ANNA, ADMITTED).total).toBe(records.length);
      expect(instances.plan(ANNA).used).toBe(records.length);
      const spent = [...world.store.collection(TOMBSTONES).values()].map((tombstone) => tombstone.id);
      for (const { user } of records) expect(spent).not.toContain(user);
      await instances.close();
    }
    expect(died).toBeGreaterThan(0);
  });
});
