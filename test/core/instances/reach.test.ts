/** Pins whom an instance belongs to and who else may reach it, how long a login of an earlier run holds, and which names are those of instances. */

import { describe, expect, it } from 'vitest';
import { createGuesses } from '../../../src/core/accounts/guesses.ts';
import { USERS } from '../../../src/core/accounts/records.ts';
import { ledAlone } from '../../../src/core/cluster/leadership.ts';
import { createInstanceLogins } from '../../../src/core/instances/logins.ts';
import type { InstanceRecord } from '../../../src/core/instances/records.ts';
import { createUpkeepWork } from '../../../src/core/instances/upkeep/work.ts';
import { Watchers } from '../../../src/store/watchers.ts';
import { eventually } from '../../support/eventually.ts';
import { ANNA, BERT, newSetting, PLAIN, run, scripted } from '../../support/instances/world.ts';

const asAdmin = { ...BERT, user: { ...BERT.user, role: 'admin' as const } };

async function rented() {
  const setting = await newSetting();
  const record = await setting.instances.create(ANNA, PLAIN);
  const { store, clock } = setting;
  const spent: (string | undefined)[] = [];
  const secrets = scripted([]);
  const verifyPassword: typeof secrets.verifyPassword = (hash) => {
    spent.push(hash);
    return Promise.resolve(false);
  };
  const guesses = createGuesses(clock);
  const logins = createInstanceLogins({ store, secrets: { ...secrets, verifyPassword }, clock, guesses });
  const attempt = { username: record.user, password: setting.passwordOf(record.id), address: '192.0.2.1' };
  return { ...setting, ...record, logins, spent, attempt };
}

describe('the instance of somebody else', () => {
  it('is reached by an administrator who asks for those of everybody, and by nobody else', async () => {
    const { instances, id } = await rented();
    expect(instances.read({ ...asAdmin, reach: 'everybody' }, id).owner).toBe(ANNA.user.ownerId);
    for (const caller of [asAdmin, { ...asAdmin, reach: 'own' as const }, { ...BERT, reach: 'everybody' as const }]) {
      expect(() => instances.read(caller, id)).toThrow('No such MQTT instance');
      expect(instances.read({ ...caller, user: ANNA.user }, id).id).toBe(id);
    }
    expect(() => instances.read({ ...asAdmin, reach: 'everybody' }, 'none')).toThrow('No such MQTT instance');
  });

  it('is in the list of all once it is finished', async () => {
    const { instances, id, broker } = await rented();
    const other = await instances.create(BERT, PLAIN);
    const release = broker.hold('provision');
    const third = instances.create(BERT, PLAIN);
    await eventually(() => broker.deeds.length === 3);
    expect(instances.listAll().map((record) => record.id)).toEqual([id, other.id]);
    release();
    const finished = await third;
    expect(instances.listAll()).toContainEqual(finished);
  });
});

describe('a change of an instance', () => {
  it('is made with what belongs to it, under its id', async () => {
    const { instances } = await rented();
    const ids: string[] = [];
    const { id } = await instances.create(ANNA, PLAIN, (_tx, of) => ids.push(of));
    expect(ids).toEqual([id]);
  });

  it('other than a new password leaves the broker one password', async () => {
    const { instances, broker, id, user } = await rented();
    await instances.update(ANNA, id, { enabled: false });
    expect(broker.accounts.get(user)).toMatchObject({ enabled: false, passwords: [expect.any(String)] });
  });
});

describe('a login', () => {
  it('of an earlier run holds until the instance changes hands, is disabled or goes', async () => {
    const { instances, logins, attempt, id } = await rented();
    const account = await logins.login(attempt);
    if (!account) throw new Error('not let in');
    const recalled = logins.recall({ ...account });
    expect([account, { ...account }, recalled].map(logins.isCurrent)).toEqual([true, false, true]);
    await instances.rotate(ANNA, id, 60);
    expect([account, recalled].map(logins.isCurrent)).toEqual([true, false]);
    await instances.remove(ANNA, id);
    expect([account, recalled].map(logins.isCurrent)).toEqual([false, false]);
  });

  it('with the password before the last does not hold, though the last one still counts', async () => {
    const { instances, logins, attempt, id } = await rented();
    const account = await logins.login(attempt);
    if (!account) throw new Error('not let in');
    for (const isCurrent of [true, false]) {
      await instances.rotate(ANNA, id, 60);
      expect(logins.isCurrent(account)).toBe(isCurrent);
    }
  });

  it('that fails costs as much as one of the API', async () => {
    const { logins, spent, attempt } = await rented();
    expect(await logins.login({ ...attempt, password: 'wrong' })).toBeUndefined();
    expect(spent).toEqual([undefined]);
    expect(await logins.login(attempt)).toBeDefined();
    expect(spent).toHaveLength(1);
  });

  it('that failed thirty times under a name may fail again each two seconds', async () => {
    const { logins, attempt, clock, spent } = await rented();
    const fail = async (from: number, times: number) => {
      for (let time = 0; time < times; time += 1) {
        const address = `198.51.${from}.${time}`;
        await logins.login({ ...attempt, password: 'wrong', address }).catch(() => undefined);
      }
    };
    await fail(1, 32);
    clock.advance(2000);
    await fail(2, 3);
    expect(spent).toHaveLength(31);
  });

  it('is one of an instance where the name has its form and is no user’s', async () => {
    const { logins, store, user } = await rented();
    await store.commit((tx) => tx.collection(USERS).put({ ...ANNA.user, id: '7', username: 'Operat0r' }));
    expect([user, 'Zz000000'].map(logins.concerns)).toEqual([true, true]);
    for (const name of ['Operat0r', 'anna', `${user}x`, `x${user}`]) expect(logins.concerns(name)).toBe(false);
  });
});

describe('the upkeep', () => {
  it('hears of what other bridges have made or changed, until it has closed', async () => {
    const setting = await newSetting();
    const { id } = await setting.instances.create(ANNA, PLAIN);
    const record = setting.instances.read(ANNA, id);
    const heard: unknown[] = [];
    const watchers = new Watchers();
    const idle = () => Promise.resolve();
    const keeper = {
      ...{ start: idle, rest: idle, close: idle, repairDrift: idle },
      changedElsewhere: (of: InstanceRecord) => void heard.push(of.id),
    };
    const leadership = ledAlone(setting.store);
    const work = createUpkeepWork({
      store: { watch: watchers.add.bind(watchers) },
      keeper,
      orphans: { removeLeft: idle },
      leadership,
    });
    watchers.tell('instances', [
      { id, before: undefined, after: record },
      { id: 'gone', before: record, after: undefined },
    ]);
    expect(heard).toEqual([id]);
    await work.close();
    watchers.tell('instances', [{ id, before: record, after: record }]);
    expect(heard).toEqual([id]);
  });

  it('is not ours where another bridge leads: the broker is not compared here', async () => {
    const setting = await newSetting();
    const begin = () => async () => undefined;
    const leadership = { leads: false, epoch: undefined, commit: setting.store.commit, whileLeading: begin };
    const { instances } = run(setting, { leadership });
    await instances.start();
    await instances.repairDrift();
    expect(setting.broker.deeds).toEqual([]);
    await setting.instances.repairDrift();
    expect(setting.broker.deeds).toEqual(['reconcile']);
    await instances.close();
  });
});
