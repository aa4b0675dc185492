/** Pins that instances without an owner go, and that a broker whose accounts have drifted from the records is set right. */

import { describe, expect, it } from 'vitest';
import { USERS } from '../../../src/core/accounts/records.ts';
import { eventually } from '../../support/eventually.ts';
import { fakeProvisioner } from '../../support/instances/fake-provisioner.ts';
import { ANNA, BERT, newSetting, PLAIN, run } from '../../support/instances/world.ts';

describe('the owner', () => {
  it('takes all instances along when removed, and a crash before that is made good at the next start', async () => {
    const setting = await newSetting();
    const { instances, store, records, broker } = setting;
    await instances.create(ANNA, PLAIN);
    const other = await instances.create(BERT, PLAIN);
    await store.commit((tx) => tx.collection(USERS).delete(ANNA.user.id));
    await run(setting).instances.start();
    await eventually(() => records.size === 1);
    await instances.removeAllOf(BERT.user.ownerId);
    expect(records.get(other.id)?.status ?? 'gone').not.toBe('active');
    await eventually(() => broker.accounts.size === 0 && records.size === 0);
  });
});

describe('drift', () => {
  it('is found and repaired at the start and every five minutes, and said in the log', async () => {
    const { instances, broker, clock, log } = await newSetting();
    const { user } = await instances.create(ANNA, PLAIN);
    broker.meddle((accounts) => accounts.delete(user));
    await instances.start();
    expect(broker.accounts.has(user)).toBe(true);
    broker.meddle((accounts) => accounts.set('stranger', { passwords: [], enabled: true }));
    clock.advance(5 * 60_000);
    await eventually(() => !broker.accounts.has('stranger'));
    expect(log.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields)).toEqual([
      { removed: [], added: [user] },
      { removed: ['stranger'], added: [] },
    ]);
    await instances.close();
    expect(clock.waiting).toBe(0);
  });

  it('is never taken for a creation or a removal that is under way', async () => {
    const broker = fakeProvisioner();
    const { instances, log } = await newSetting({}, broker);
    const kept = await instances.create(ANNA, PLAIN);
    const gone = await instances.create(ANNA, PLAIN);
    const release = broker.hold('reconcile');
    const repaired = instances.repairDrift();
    const creation = instances.create(ANNA, PLAIN);
    const removal = instances.remove(ANNA, gone.id);
    await eventually(() => broker.deeds.includes('reconcile'));
    release();
    const made = await creation;
    await Promise.all([repaired, removal]);
    expect([...broker.accounts.keys()].sort()).toEqual([kept.user, made.user].sort());
    expect(log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });
});
