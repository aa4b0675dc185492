/** Pins what becomes of an instance by itself: when it is due, when its broker is away meanwhile, and what stands in the log about it. */

import { describe, expect, it } from 'vitest';
import { USERS } from '../../../../src/core/accounts/records.ts';
import { eventually } from '../../../support/eventually.ts';
import { DOWN, fakeProvisioner } from '../../../support/instances/fake-provisioner.ts';
import { ANNA, BERT, newSetting, PLAIN, run } from '../../../support/instances/world.ts';

type Setting = Awaited<ReturnType<typeof newSetting>>;
const MINUTE_MS = 60_000;

const said = ({ log }: Setting) => log.lines.map(({ level, message, fields }) => ({ level, message, ...fields }));
const iso = ({ clock }: Setting, ms: number) => new Date(clock.now() + ms).toISOString();
const isEnabled = ({ broker }: Setting, user: string) => broker.accounts.get(user)?.enabled;

describe('an instance that is due', () => {
  it('has expired then, and not a moment before: it is refused, its connections end, and the log says so', async () => {
    const setting = await newSetting();
    const { instances, clock, revoked } = setting;
    const { id, user } = await instances.create(ANNA, { ...PLAIN, expiresAt: iso(setting, MINUTE_MS) });
    clock.advance(MINUTE_MS - 1);
    expect([isEnabled(setting, user), revoked]).toEqual([true, []]);
    clock.advance(1);
    await eventually(() => isEnabled(setting, user) === false);
    expect(revoked).toEqual([`instance:${id}`]);
    expect(said(setting).filter(({ message }) => message === 'an MQTT instance has expired')).toEqual([
      { level: 'info', message: 'an MQTT instance has expired', audit: 'instances.expired', instance: id },
    ]);
    await instances.close();
  });

  it('loses its former password then, and nothing else', async () => {
    const setting = await newSetting();
    const { instances, clock, records } = setting;
    const { id, user, generation } = await instances.create(ANNA, {
      ...PLAIN,
      expiresAt: iso(setting, 60 * MINUTE_MS),
    });
    await instances.rotate(ANNA, id, 60);
    const [rotated] = [records.get(id)?.generation ?? 0];
    clock.advance(MINUTE_MS);
    await eventually(() => records.get(id)?.former === null);
    await eventually(() => setting.broker.accounts.get(user)?.passwords.length === 1);
    expect(records.get(id)).toMatchObject({ status: 'active', generation: rotated + 1 });
    expect(rotated).toBeGreaterThanOrEqual(generation);
    expect(isEnabled(setting, user)).toBe(true);
    const audits = setting.log.lines.map(({ fields, message }) => [fields['audit'], fields['instance'], message]);
    expect(audits).toContainEqual(['instances.former-ended', id, 'the former password of an MQTT instance has ended']);
    expect(audits.map(([what]) => what)).not.toContain('instances.expired');
    await instances.close();
  });

  it('has expired and nothing else: a former password that counts for longer stays', async () => {
    const setting = await newSetting();
    const { instances, clock, records } = setting;
    const { id, user } = await instances.create(ANNA, { ...PLAIN, expiresAt: iso(setting, MINUTE_MS) });
    await instances.rotate(ANNA, id, 3600);
    const before = records.get(id);
    const other = await instances.create(ANNA, { ...PLAIN, expiresAt: iso(setting, MINUTE_MS) });
    clock.advance(MINUTE_MS);
    for (const name of [user, other.user]) await eventually(() => isEnabled(setting, name) === false);
    expect([records.get(id), records.get(other.id)?.generation]).toEqual([before, other.generation]);
    await instances.close();
  });

  it('is refused by the broker later where that is away, and the log says that it is tried again', async () => {
    const setting = await newSetting();
    const { instances, clock, broker } = setting;
    const { id, user } = await instances.create(ANNA, { ...PLAIN, expiresAt: iso(setting, MINUTE_MS) });
    broker.failWith('provision', DOWN);
    clock.advance(MINUTE_MS);
    const message = 'the broker could not be told of a change; trying again';
    await eventually(() => said(setting).some((line) => line.message === message));
    expect(said(setting)).toContainEqual({ level: 'warn', message, err: DOWN, instance: id });
    broker.failWith('provision');
    clock.advance(2000);
    await eventually(() => isEnabled(setting, user) === false);
    await instances.close();
  });

  it('is looked at again a minute later when its record could not be changed', async () => {
    const setting = await newSetting();
    const { instances, clock, records, store } = setting;
    const { id } = await instances.create(ANNA, PLAIN);
    await instances.rotate(ANNA, id, 60);
    const { commit } = store;
    const noRoom = new Error('no room');
    store.commit = () => Promise.reject(noRoom);
    clock.advance(MINUTE_MS);
    const message = 'an MQTT instance could not be changed when it was due; trying again';
    await eventually(() => said(setting).some((line) => line.message === message));
    expect(said(setting)).toContainEqual({ level: 'warn', message, err: noRoom, instance: id });
    store.commit = commit;
    clock.advance(MINUTE_MS - 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(records.get(id)?.former).not.toBeNull();
    clock.advance(1);
    await eventually(() => records.get(id)?.former === null);
    await instances.close();
  });
});

describe('the broker', () => {
  it('that cannot be compared with the records is compared again, and that is said', async () => {
    const setting = await newSetting();
    const { instances, broker, clock } = setting;
    const { user } = await instances.create(ANNA, PLAIN);
    broker.failWith('reconcile', DOWN);
    await instances.start();
    const message = 'the accounts on the broker could not be compared with the records';
    expect(said(setting)).toContainEqual({ level: 'warn', message, err: DOWN });
    broker.failWith('reconcile');
    broker.meddle((accounts) => accounts.delete(user));
    clock.advance(5 * MINUTE_MS);
    await eventually(() => broker.accounts.has(user));
    const drifted = 'the accounts on the broker had drifted from the records, and were repaired';
    await eventually(() => said(setting).some((line) => line.message === drifted));
    await instances.close();
  });

  it('in this process is compared once, at the start: its accounts are the records', async () => {
    const setting = await newSetting({}, { ...fakeProvisioner(), kind: 'embedded' });
    await setting.instances.start();
    setting.clock.advance(60 * MINUTE_MS);
    await new Promise((resolve) => setImmediate(resolve));
    expect(setting.broker.deeds.filter((deed) => deed === 'reconcile')).toHaveLength(1);
    await setting.instances.close();
  });

  it('that fails a creation and its roll-back is cleared later, and both are said', async () => {
    const setting = await newSetting();
    const { instances, broker, clock, records } = setting;
    broker.failWith('provision', DOWN);
    broker.failWith('deprovision', DOWN);
    await expect(instances.create(ANNA, PLAIN)).rejects.toBeDefined();
    const [left] = records.values();
    const message = 'a creation could not be rolled back; trying again';
    expect(said(setting)).toContainEqual({ level: 'warn', message, err: DOWN, instance: left?.id });
    broker.failWith('deprovision');
    clock.advance(2000);
    await eventually(() => records.size === 0);
    await instances.close();
  });

  it('that is away at the start is told of what was left later, and that is said', async () => {
    const setting = await newSetting();
    const { instances, broker, clock, records } = setting;
    const { id } = await instances.create(ANNA, PLAIN);
    broker.failWith('deprovision', DOWN);
    await instances.remove(ANNA, id).catch(() => undefined);
    await instances.close();
    const next = run(setting);
    await next.instances.start();
    const message = 'an MQTT instance could not be settled with the broker; trying again';
    expect(next.log.lines).toContainEqual({ level: 'warn', message, fields: { err: DOWN, instance: id } });
    broker.failWith('deprovision');
    clock.advance(2000);
    await eventually(() => records.size === 0);
    await next.instances.close();
  });
});

describe('instances whose owner is gone', () => {
  it('go at the next start, which is said; those of others stay', async () => {
    const setting = await newSetting();
    const { instances, store, records } = setting;
    const { id } = await instances.create(ANNA, PLAIN);
    const other = await instances.create(BERT, PLAIN);
    await store.commit((tx) => tx.collection(USERS).delete(ANNA.user.id));
    await instances.close();
    const next = run(setting);
    await next.instances.start();
    await eventually(() => records.size === 1);
    expect([...records.values()].map((record) => record.id)).toEqual([other.id]);
    const message = 'MQTT instances without an owner are removed';
    expect(next.log.lines).toContainEqual({ level: 'warn', message, fields: { instances: [id] } });
    await next.instances.close();
  });

  it('go with their owner, which is said where there are any', async () => {
    const setting = await newSetting();
    const { instances, records } = setting;
    const { id } = await instances.create(ANNA, PLAIN);
    await instances.removeAllOf(BERT.user.ownerId);
    await instances.removeAllOf(ANNA.user.ownerId);
    await eventually(() => records.size === 0);
    const message = 'MQTT instances go with their owner';
    expect(said(setting).filter((line) => line.message === message)).toEqual([
      { level: 'info', message, audit: 'instances.remove', instances: [id], owner: ANNA.user.ownerId },
    ]);
    await instances.close();
  });

  it('that cannot be denied are told to whoever asked, and to the log at a start', async () => {
    const setting = await newSetting();
    const { instances, store } = setting;
    await instances.create(ANNA, PLAIN);
    await store.commit((tx) => tx.collection(USERS).delete(ANNA.user.id));
    const noRoom = new Error('no room');
    const { commit } = store;
    store.commit = () => Promise.reject(noRoom);
    await expect(instances.removeAllOf(ANNA.user.ownerId)).rejects.toThrow('no room');
    const next = run(setting);
    await next.instances.start();
    const message = 'MQTT instances without an owner could not be removed';
    expect(next.log.lines).toContainEqual({ level: 'warn', message, fields: { err: noRoom } });
    store.commit = commit;
    await next.instances.close();
    await instances.close();
  });
});
