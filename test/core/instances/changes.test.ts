/** Pins rotation with its overlap, expiry, disabling, and what a broker that fails leaves of them. */

import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { eventually } from '../../support/eventually.ts';
import { DOWN, fakeProvisioner } from '../../support/instances/fake-provisioner.ts';
import { ANNA, newSetting, PLAIN, run } from '../../support/instances/world.ts';

async function rented(...options: Parameters<typeof newSetting>) {
  const setting = await newSetting(...options);
  const { id, user } = await setting.instances.create(ANNA, PLAIN);
  const password = setting.passwordOf(id);
  const open = async (given = password) => {
    const account = await setting.login(user, given);
    if (!account) throw new Error('not let in');
    return account;
  };
  return { ...setting, id, user, password, open, accountKey: `instance:${id}` };
}

describe('a rotation', () => {
  it('lets both passwords in until the overlap ends; then who used the old one is sent away', async () => {
    const { instances, directory, id, user, password, passwordOf, open, clock, broker, revoked, accountKey, login } =
      await rented();
    const [before, record] = [await open(), await instances.rotate(ANNA, id, 60)];
    const next = passwordOf(id);
    expect(next).not.toBe(password);
    expect(record.former?.until).toBe(new Date(clock.now() + 60_000).toISOString());
    expect(broker.accounts.get(user)?.passwords).toEqual([next, password]);
    const [old, fresh] = [await open(password), await open(next)];
    clock.advance(59_999);
    expect([before, old, fresh].map(directory.isCurrent)).toEqual([true, true, true]);
    revoked.length = 0;
    clock.advance(1);
    expect([before, old, fresh].map(directory.isCurrent)).toEqual([false, false, true]);
    await eventually(() => revoked.includes(accountKey));
    expect(await login(user, password)).toBeUndefined();
    await eventually(() => broker.accounts.get(user)?.passwords.length === 1);
    expect(instances.read(ANNA, id).former).toBeNull();
  });

  it('without overlap ends the old password at once', async () => {
    const { instances, directory, id, open, revoked, accountKey } = await rented();
    const account = await open();
    await instances.rotate(ANNA, id, 0);
    expect(directory.isCurrent(account)).toBe(false);
    expect(revoked).toEqual([accountKey]);
    await expect(open()).rejects.toThrow('not let in');
  });

  it('takes an hour unless told', async () => {
    const { instances, id, clock } = await rented();
    const { former } = await instances.rotate(ANNA, id, undefined);
    expect(Date.parse(former?.until ?? '') - clock.now()).toBe(3_600_000);
  });

  it('once more within the overlap ends the first password', async () => {
    const { instances, id, password, passwordOf, login, user } = await rented();
    await instances.rotate(ANNA, id, 60);
    const second = passwordOf(id);
    await instances.rotate(ANNA, id, 60);
    const outcomes = [password, second, passwordOf(id)].map(async (given) => Boolean(await login(user, given)));
    expect(await Promise.all(outcomes)).toEqual([false, true, true]);
  });

  it('that the broker refuses changes nothing', async () => {
    const { instances, id, password, passwordOf, broker, open, directory } = await rented();
    const account = await open();
    broker.failWith('provision', DOWN);
    await expect(instances.rotate(ANNA, id, 60)).rejects.toThrow(ApiError);
    expect(passwordOf(id)).toBe(password);
    expect(instances.read(ANNA, id).former).toBeNull();
    expect(directory.isCurrent(account)).toBe(true);
  });

  it('with an overlap is refused where the broker knows one password at a time, and without is the default there', async () => {
    const { instances, id, broker, user, passwordOf } = await rented({}, fakeProvisioner({ passwordOverlap: false }));
    await expect(instances.rotate(ANNA, id, 60)).rejects.toMatchObject({ code: 'invalid_payload' });
    expect((await instances.rotate(ANNA, id, undefined)).former).toBeNull();
    expect(broker.accounts.get(user)?.passwords).toEqual([passwordOf(id)]);
  });

  it('that ended while the service was down has ended after the start', async () => {
    const setting = await rented();
    await setting.instances.rotate(ANNA, setting.id, 60);
    await setting.instances.close();
    setting.clock.advance(3_600_000);
    const { instances } = run(setting);
    await instances.start();
    setting.clock.advance(0);
    await eventually(() => instances.read(ANNA, setting.id).former === null);
  });
});

describe('an instance with an end', () => {
  it('is refused and its clients are sent away when it comes, and the record stays', async () => {
    const { instances, id, open, clock, directory, revoked, accountKey, broker, user, login, password } =
      await rented();
    const expiresAt = new Date(clock.now() + 40 * 24 * 3_600_000).toISOString();
    await instances.update(ANNA, id, { expiresAt });
    const account = await open();
    revoked.length = 0;
    clock.advance(40 * 24 * 3_600_000 - 1);
    expect([directory.isCurrent(account), revoked]).toEqual([true, []]);
    clock.advance(1);
    expect(directory.isCurrent(account)).toBe(false);
    await eventually(() => revoked.includes(accountKey) && broker.accounts.get(user)?.enabled === false);
    expect(await login(user, password)).toBeUndefined();
    expect(instances.read(ANNA, id).status).toBe('active');
    await instances.update(ANNA, id, { expiresAt: null });
    expect(directory.isCurrent(await open())).toBe(true);
  });
});

describe('a change', () => {
  it('that disables sends clients away, and enabling lets them back', async () => {
    const { instances, id, open, directory, revoked, accountKey, broker, user } = await rented();
    const account = await open();
    await instances.update(ANNA, id, { enabled: false });
    expect([directory.isCurrent(account), revoked]).toEqual([false, [accountKey]]);
    expect(broker.accounts.get(user)?.enabled).toBe(false);
    await expect(open()).rejects.toThrow('not let in');
    await instances.update(ANNA, id, { enabled: true });
    expect(directory.isCurrent(await open())).toBe(true);
  });

  it('of the label concerns no broker and no client', async () => {
    const { instances, id, broker, revoked } = await rented();
    const deeds = broker.deeds.length;
    expect(await instances.update(ANNA, id, { label: 'porch' })).toMatchObject({ label: 'porch', revision: 3 });
    expect([broker.deeds.length, revoked]).toEqual([deeds, []]);
  });

  it('that the broker refuses is taken back', async () => {
    const { instances, id, broker, open, directory } = await rented();
    broker.failWith('provision', DOWN);
    await expect(instances.update(ANNA, id, { enabled: false, label: 'x' })).rejects.toThrow(ApiError);
    expect(instances.read(ANNA, id)).toMatchObject({ enabled: true, label: null });
    expect(directory.isCurrent(await open())).toBe(true);
  });

  it('with a condition that no longer holds is refused in the very step, however many come at once', async () => {
    const { instances, id } = await rented();
    const { revision } = instances.read(ANNA, id);
    const unchanged = (record: { revision: number }) => {
      if (record.revision !== revision) throw new Error('changed');
    };
    const outcomes = await Promise.allSettled(
      ['a', 'b', 'c'].map((label) => instances.update(ANNA, id, { label }, unchanged)),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(instances.read(ANNA, id).label).toBe('a');
    await expect(instances.remove(ANNA, id, unchanged)).rejects.toThrow('changed');
    await expect(instances.rotate(ANNA, id, 0, unchanged)).rejects.toThrow('changed');
    expect(instances.read(ANNA, id)).toMatchObject({ label: 'a', status: 'active', revision: revision + 1 });
  });
});
