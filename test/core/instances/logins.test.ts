/** Pins who is let in at a broker as an instance, who is not, and that failures tell nothing and are throttled. */

import { describe, expect, it } from 'vitest';
import { USERS } from '../../../src/core/accounts/records.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { ANNA, newSetting, PLAIN } from '../../support/instances/world.ts';

const codeOf = (work: Promise<unknown>) =>
  work.then(
    (account) => (account ? 'in' : 'refused'),
    (error: unknown) => (error instanceof ApiError ? error.code : String(error)),
  );

async function rented() {
  const setting = await newSetting();
  const { id, user } = await setting.instances.create(ANNA, PLAIN);
  return { ...setting, id, user, password: setting.passwordOf(id) };
}

describe('a login as an instance', () => {
  it('needs the very name and the very password, case and all', async () => {
    const { user, password, login } = await rented();
    const swapped = (text: string) =>
      [...text].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join('');
    expect(await codeOf(login(user, password))).toBe('in');
    for (const [name, word] of [
      [user, swapped(password)],
      [user, ''],
      [user, `${password} `],
      [swapped(user), password],
      ['Zz000000', password],
    ] as const) {
      expect(await codeOf(login(name, word))).toBe('refused');
    }
  });

  it("does not pass with another instance's password", async () => {
    const { instances, user, passwordOf, login } = await rented();
    const other = await instances.create(ANNA, PLAIN);
    expect(await codeOf(login(user, passwordOf(other.id)))).toBe('refused');
  });

  it('is throttled after ten failures per address and name; unknown names look alike', async () => {
    const { user, login, clock } = await rented();
    for (const name of [user, 'Zz000000']) {
      const outcomes = [];
      for (let i = 0; i < 12; i += 1) outcomes.push(await codeOf(login(name, 'wrong', `203.0.113.${name.length}`)));
      expect(outcomes).toEqual([...Array(10).fill('refused'), 'rate_limited', 'rate_limited']);
    }
    clock.advance(6000);
    expect(await codeOf(login(user, 'wrong', '203.0.113.8'))).toBe('refused');
  });

  it('with the right password passes however often others have failed', async () => {
    const { user, password, login } = await rented();
    for (let i = 0; i < 12; i += 1) await codeOf(login(user, 'wrong'));
    expect(await codeOf(login(user, 'wrong'))).toBe('rate_limited');
    expect(await codeOf(login(user, password))).toBe('in');
  });

  it('of devices that return for ever, from everywhere, costs no slow hash any more', async () => {
    const { instances, id, user, password, login } = await rented();
    await instances.remove(ANNA, id);
    const outcomes = [];
    for (let i = 0; i < 40; i += 1) outcomes.push(await codeOf(login(user, password, `198.51.100.${i}`)));
    expect(outcomes.slice(0, 30)).toEqual(Array(30).fill('refused'));
    expect(outcomes.slice(30)).toEqual(Array(10).fill('rate_limited'));
  });

  it('is not tried for a user of the API whose name has the same form', async () => {
    const { store, login, directory } = await rented();
    await store.commit((tx) => tx.collection(USERS).put({ ...ANNA.user, id: '7', username: 'operator' }));
    for (let i = 0; i < 10; i += 1) await codeOf(login('operator', 'wrong'));
    expect(await codeOf(login('operator', 'wrong'))).toBe('rate_limited');
    expect(directory.isInstanceRoot('operator')).toBe(false);
  });

  it('gives an account nobody else can make up', async () => {
    const { user, password, login, directory } = await rented();
    const account = await login(user, password);
    if (!account) throw new Error('not let in');
    expect(directory.isCurrent(account)).toBe(true);
    expect(directory.isCurrent({ ...account })).toBe(false);
  });
});
