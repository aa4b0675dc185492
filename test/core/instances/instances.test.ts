/** Pins what users may do with their instances, and what stays when a broker fails in the middle. */

import { describe, expect, it } from 'vitest';
import { USERS } from '../../../src/core/accounts/records.ts';
import { lookUpFailed } from '../../../src/core/instances/faults.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { eventually } from '../../support/eventually.ts';
import { DOWN } from '../../support/instances/fake-provisioner.ts';
import { ANNA, BERT, newSetting, PLAIN, scripted } from '../../support/instances/world.ts';

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof ApiError ? error.code : String(error)),
  );

const PAGE = { search: '', offset: 0, limit: 100, descending: false };

describe('an instance', () => {
  it('can be logged in to, with generated credentials, when its creation resolves', async () => {
    const { instances, broker, passwordOf, login } = await newSetting();
    const { id, user, owner } = await instances.create(ANNA, PLAIN);
    expect(user).toMatch(/^[A-Za-z0-9]{8}$/);
    expect(passwordOf(id)).toMatch(/^[A-Za-z0-9]{12}$/);
    expect(owner).toBe(ANNA.user.ownerId);
    expect(broker.accounts.get(user)).toEqual({ passwords: [passwordOf(id)], enabled: true });
    expect(await login(user, passwordOf(id))).toMatchObject({
      key: `instance:${id}`,
      kind: 'instance',
      username: user,
    });
  });

  it("is somebody else's: absent to everyone but its owner, in every call", async () => {
    const { instances } = await newSetting();
    const { id } = await instances.create(ANNA, PLAIN);
    const calls = [
      () => Promise.resolve().then(() => instances.read(BERT, id)),
      () => instances.remove(BERT, id),
      () => instances.rotate(BERT, id, undefined),
      () => instances.update(BERT, id, { enabled: false }),
      () => instances.disconnect(BERT, id),
      () => instances.sessions(BERT, id),
      () => Promise.resolve().then(() => instances.usage(BERT, id)),
      () => Promise.resolve().then(() => instances.checkTopic(BERT, id, 'publish', 'x')),
      () => Promise.resolve().then(() => instances.read(BERT, 'f'.repeat(24))),
    ];
    for (const call of calls) expect(await codeOf(call())).toBe('not_found');
    expect(instances.list(BERT, PAGE)).toEqual({ records: [], total: 0, filtered: 0 });
    expect(instances.read(ANNA, id).status).toBe('active');
  });

  it('never has a name that is or was taken, or means something on the broker', async () => {
    const names = ['reserved', 'AAAAAAAA', 'AAAAAAAA', 'loginame', 'BBBBBBBB', 'AAAAAAAA', 'CCCCCCCC'];
    const { instances, store } = await newSetting({ secrets: scripted(names), reservedNames: ['reserved'] });
    await store.commit((tx) => tx.collection(USERS).put({ ...BERT.user, id: '3', username: 'loginame' }));
    const first = await instances.create(ANNA, PLAIN);
    const second = await instances.create(ANNA, PLAIN);
    await instances.remove(ANNA, first.id);
    const third = await instances.create(ANNA, PLAIN);
    expect([first, second, third].map(({ user }) => user)).toEqual(['AAAAAAAA', 'BBBBBBBB', 'CCCCCCCC']);
  });

  it('is kept without its password in clear, bound to itself and its owner', async () => {
    const { instances, records, passwordOf } = await newSetting();
    const { id } = await instances.create(ANNA, PLAIN);
    const record = records.get(id);
    expect(JSON.stringify(record)).not.toContain(passwordOf(id));
    if (!record) throw new Error('no record');
    expect(() => instances.revealPasswords(ANNA, [{ ...record, owner: BERT.user.ownerId }])).toThrow(ApiError);
  });

  it('leaves a line in the log for each thing done to it, and no password in any', async () => {
    const { instances, log, passwordOf } = await newSetting();
    const { id } = await instances.create(ANNA, PLAIN);
    const passwords = [passwordOf(id)];
    await instances.rotate(ANNA, id, 60);
    passwords.push(passwordOf(id));
    await instances.update(ANNA, id, { label: 'porch' });
    await instances.disconnect(ANNA, id);
    await instances.remove(ANNA, id);
    const audits = log.lines.filter(({ fields }) => 'audit' in fields);
    expect(audits.map(({ fields }) => fields['audit'])).toEqual(
      ['create', 'read-secret', 'rotate', 'read-secret', 'update', 'disconnect', 'remove'].map((d) => `instances.${d}`),
    );
    for (const { fields } of audits) expect(fields).toMatchObject({ instances: [id], by: 'anna' });
    for (const password of passwords) expect(JSON.stringify(log.lines)).not.toContain(password);
  });
});

describe('the plan', () => {
  it('of 4 lets exactly 4 of 100 parallel creations through', async () => {
    const { instances, records } = await newSetting();
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => codeOf(instances.create(ANNA, PLAIN))));
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(4);
    expect(outcomes.filter((outcome) => outcome === 'forbidden')).toHaveLength(96);
    expect(records.size).toBe(4);
    expect(await codeOf(instances.create(BERT, PLAIN))).toBe('done');
  });

  it('can be another one for a user; a smaller one takes nothing away', async () => {
    const { instances, store } = await newSetting();
    const limit = (instanceLimit: number) =>
      store.commit((tx) => tx.collection(USERS).put({ ...ANNA.user, instanceLimit }));
    await limit(6);
    for (let i = 0; i < 6; i += 1) await instances.create(ANNA, PLAIN);
    await limit(2);
    expect(await codeOf(instances.create(ANNA, PLAIN))).toBe('forbidden');
    expect(instances.plan(ANNA)).toEqual({ used: 6, limit: 2 });
  });

  it('counts what is disabled, expired or not yet removed, and nothing that failed or is gone', async () => {
    const { instances, broker, clock } = await newSetting({ limit: 3 });
    const one = await instances.create(ANNA, PLAIN);
    await instances.update(ANNA, one.id, { enabled: false });
    await instances.create(ANNA, { label: null, expiresAt: '2026-11-21T17:00:00.000Z' });
    clock.advance(3_600_000);
    broker.failWith('provision', DOWN);
    expect(await codeOf(instances.create(ANNA, PLAIN))).toBe('unavailable');
    broker.failWith('provision');
    await instances.create(ANNA, PLAIN);
    broker.failWith('deprovision', DOWN);
    expect(await codeOf(instances.remove(ANNA, one.id))).toBe('unavailable');
    expect(await codeOf(instances.create(ANNA, PLAIN))).toBe('forbidden');
    broker.failWith('deprovision');
    await instances.remove(ANNA, one.id);
    expect(await codeOf(instances.create(ANNA, PLAIN))).toBe('done');
  });
});

describe('a creation that the broker refuses', () => {
  it('leaves nothing behind, tells the broker so, and spends the name', async () => {
    const { instances, broker, records, tombstones } = await newSetting();
    broker.failWith('provision', DOWN);
    expect(await codeOf(instances.create(ANNA, PLAIN))).toBe('unavailable');
    expect(records.size).toBe(0);
    expect(tombstones.size).toBe(1);
    expect(broker.deeds.map((deed) => deed.split(' ')[0])).toEqual(['provision', 'deprovision']);
    expect(instances.plan(ANNA).used).toBe(0);
  });

  it('is rolled back later when the broker does not even take that', async () => {
    const { instances, broker, records, clock } = await newSetting();
    broker.failWith('provision', DOWN);
    broker.failWith('deprovision', DOWN);
    expect(await codeOf(instances.create(ANNA, PLAIN))).toBe('unavailable');
    expect(instances.list(ANNA, PAGE).total).toBe(0);
    clock.advance(1000);
    await eventually(() => broker.deeds.length === 3);
    expect(records.size).toBe(1);
    broker.failWith('deprovision');
    await eventually(() => {
      clock.advance(2000);
      return records.size === 0;
    });
  });
});

describe('a removal', () => {
  it('resolves with what the broker did, and a second one finds nothing', async () => {
    const { instances, broker, records, tombstones, revoked } = await newSetting();
    const { id, user } = await instances.create(ANNA, PLAIN);
    expect(await instances.remove(ANNA, id)).toEqual({ kicked: 2, offlineDropped: 1, retainedPurged: 'unknown' });
    expect([records.size, tombstones.get(user)?.id, broker.accounts.size]).toEqual([0, user, 0]);
    expect(revoked).toEqual([`instance:${id}`]);
    expect(await codeOf(instances.remove(ANNA, id))).toBe('not_found');
  });

  it('that fails denies the instance all the same, and can be repeated', async () => {
    const { instances, broker, login, passwordOf, directory } = await newSetting();
    const { id, user } = await instances.create(ANNA, PLAIN);
    const password = passwordOf(id);
    const account = await login(user, password);
    if (!account) throw new Error('not let in');
    broker.failWith('deprovision', lookUpFailed(new Error('timeout')));
    await expect(instances.remove(ANNA, id)).rejects.toThrow('Error finding instance user');
    expect(directory.isCurrent(account)).toBe(false);
    expect(await login(user, password)).toBeUndefined();
    expect(directory.isInstanceRoot(user)).toBe(true);
    expect(instances.read(ANNA, id).status).toBe('deleting');
    expect(await codeOf(instances.rotate(ANNA, id, 0))).toBe('not_found');
    broker.failWith('deprovision');
    expect(await instances.remove(ANNA, id)).toMatchObject({ kicked: 2 });
    expect(directory.isInstanceRoot(user)).toBe(false);
  });

  it('is finished in the background, ever more slowly', async () => {
    const { instances, broker, clock, records } = await newSetting();
    const { id } = await instances.create(ANNA, PLAIN);
    broker.failWith('deprovision', DOWN);
    await codeOf(instances.remove(ANNA, id));
    const attempts = () => broker.deeds.filter((deed) => deed.startsWith('deprovision')).length;
    clock.advance(999);
    expect(attempts()).toBe(1);
    clock.advance(1);
    await eventually(() => attempts() === 2 && clock.waiting === 1);
    clock.advance(1999);
    expect(attempts()).toBe(2);
    broker.failWith('deprovision');
    clock.advance(1);
    await eventually(() => records.size === 0);
  });

  it('of the same instance by two requests at once does it once', async () => {
    const { instances, broker } = await newSetting();
    const { id } = await instances.create(ANNA, PLAIN);
    const outcomes = await Promise.all([codeOf(instances.remove(ANNA, id)), codeOf(instances.remove(ANNA, id))]);
    expect(outcomes).toEqual(['done', 'not_found']);
    expect(broker.deeds.filter((deed) => deed.startsWith('deprovision'))).toHaveLength(1);
  });
});
