/** Pins who is slowed down by wrong logins: whoever makes them, never the owner of the name they are made for. */

import { beforeEach, describe, expect, it } from 'vitest';
import { prepareUsers } from '../../../src/core/accounts/first-start.ts';
import { createGuesses } from '../../../src/core/accounts/guesses.ts';
import { createLogins, type Logins } from '../../../src/core/accounts/logins.ts';
import { USERS } from '../../../src/core/accounts/records.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import type { Secrets } from '../../../src/core/ports.ts';
import type { Store } from '../../../src/core/store.ts';
import { openSecrets } from '../../../src/secrets/open-secrets.ts';
import { createVerifiedCache } from '../../../src/secrets/verified-cache.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { recordingLog } from '../../support/recording-log.ts';

const right = { username: 'anna', password: 'the right password' };
const wrong = { username: 'anna', password: 'wrong' };
const attacker = '203.0.113.5';
const owner = '192.0.2.9';
const limited = expect.objectContaining({ code: 'rate_limited' });

describe('wrong logins', () => {
  let clock: ManualClock;
  let store: Store;
  let logins: Logins;
  /** Every password that a slow hash was spent on, in order. */
  let hashed: string[];

  beforeEach(async () => {
    clock = manualClock();
    store = memoryStore(COLLECTIONS);
    hashed = [];
    const real = await openSecrets({ dir: '', appKey: 'a key that only this suite knows' });
    // What a hash costs is counted, not spent.
    const secrets: Secrets = {
      ...real,
      hashPassword: async (password) => `hash of ${password}`,
      verifyPassword: async (hash, password) => {
        hashed.push(password);
        return hash === `hash of ${password}`;
      },
    };
    await prepareUsers(store, secrets, clock, right, recordingLog());
    logins = createLogins({
      store,
      secrets,
      verified: createVerifiedCache(clock),
      guesses: createGuesses(clock),
    });
  });

  async function exhaust(username: string, address: string): Promise<void> {
    for (let count = 0; count < 10; count += 1) await logins.check({ username, password: 'wrong', address });
  }

  it('slow their address down, at no cost, while the owner logs in from another one', async () => {
    await exhaust('anna', attacker);
    const before = hashed.length;
    await expect(logins.check({ ...wrong, address: attacker })).rejects.toEqual(limited);
    await expect(logins.check({ ...right, address: attacker })).rejects.toEqual(limited);
    expect(hashed).toHaveLength(before);
    expect(await logins.check({ ...right, address: owner })).toMatchObject({ username: 'anna' });
  });

  it('under ever new names are slowed down too', async () => {
    for (let count = 0; count < 30; count += 1)
      await logins.check({ username: `name-${count}`, password: 'wrong', address: attacker });
    await expect(logins.check({ username: 'another', password: 'wrong', address: attacker })).rejects.toEqual(limited);
    expect(await logins.check({ ...right, address: owner })).toBeDefined();
  });

  it('are forgiven with time', async () => {
    await exhaust('anna', owner);
    clock.advance(6000);
    expect(await logins.check({ ...right, address: owner })).toBeDefined();
  });

  it('are forgiven with time, also when the clock was set back meanwhile', async () => {
    await exhaust('anna', owner);
    clock.setBack(30 * 24 * 3600 * 1000);
    await expect(logins.check({ ...right, address: owner })).rejects.toEqual(limited);
    clock.advance(6000);
    expect(await logins.check({ ...right, address: owner })).toBeDefined();
  });

  it('in their thousands at once cost a few hashes, and the owner waits for one of them', async () => {
    const guesses = Array.from({ length: 2000 }, (_, count) =>
      logins.check({ username: 'anna', password: `guess ${count}`, address: attacker }),
    );
    const outcome = Promise.allSettled(guesses);
    const login = logins.check({ ...right, address: owner });
    expect(await login).toMatchObject({ username: 'anna' });
    expect(hashed.indexOf(right.password)).toBeLessThanOrEqual(1);
    const refused = (await outcome).filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(1997);
    for (const refusal of refused) expect(refusal).toMatchObject({ reason: { code: 'rate_limited' } });
    expect(hashed).toHaveLength(4);
  });

  it('from many addresses at once leave room for a few of them, and what they may guess in all is bounded', async () => {
    const guess = (count: number) =>
      logins.check({ username: `name-${count}`, password: 'wrong', address: `203.0.113.${count}` });
    const crowd = await Promise.allSettled(Array.from({ length: 200 }, (_, count) => guess(count)));
    expect(crowd.filter(({ status }) => status === 'fulfilled')).toHaveLength(33);
    for (let count = 33; count < 300; count += 1) await guess(count);
    await expect(guess(300)).rejects.toEqual(limited);
    clock.advance(100);
    expect(await guess(300)).toBeUndefined();
  });

  it('of one IPv6 network are those of one address', async () => {
    for (let count = 0; count < 10; count += 1) {
      await logins.check({ username: 'anna', password: 'wrong', address: `2001:db8:1:2:${count + 1}::7` });
    }
    await expect(logins.check({ ...wrong, address: '2001:db8:1:2:ffff::1' })).rejects.toEqual(limited);
    expect(await logins.check({ ...wrong, address: '2001:db8:1:3::1' })).toBeUndefined();
  });

  it('by strangers bar a name to strangers, and never to whoever has come in under it', async () => {
    expect(await logins.check({ ...right, address: owner })).toBeDefined();
    for (let count = 0; count < 100; count += 1) {
      await logins.check({ username: 'anna', password: 'wrong', address: `203.0.113.${count}` });
    }
    await expect(logins.check({ ...wrong, address: '198.51.100.1' })).rejects.toEqual(limited);
    // Past the memory of right passwords.
    clock.advance(60 * 60_000);
    for (let count = 0; count < 100; count += 1) {
      await logins.check({ username: 'anna', password: 'wrong', address: `203.0.113.${count}` });
    }
    expect(await logins.check({ ...right, address: owner })).toBeDefined();
  });

  it('from its own address bar nobody whose password was right lately', async () => {
    expect(await logins.check({ ...right, address: owner })).toBeDefined();
    await exhaust('anna', owner);
    await expect(logins.check({ ...wrong, address: owner })).rejects.toEqual(limited);
    expect(await logins.check({ ...right, address: owner })).toBeDefined();
  });

  it('have their token back when they were right', async () => {
    for (let count = 0; count < 9; count += 1) await logins.check({ ...wrong, address: owner });
    expect(await logins.check({ ...right, address: owner })).toBeDefined();
    expect(await logins.check({ ...wrong, address: owner })).toBeUndefined();
    await expect(logins.check({ ...wrong, address: owner })).rejects.toEqual(limited);
  });

  it('cost the same work for a name that exists, one that does not, and a user who may not log in', async () => {
    await logins.check({ ...wrong, address: owner });
    await logins.check({ username: 'nobody', password: 'wrong', address: owner });
    await logins.check({ username: 'system', password: 'wrong', address: owner });
    expect(hashed).toHaveLength(3);
  });

  it('right ones that follow one another cost one hash; a changed user is judged anew', async () => {
    for (let count = 0; count < 5; count += 1) expect(await logins.check({ ...right, address: owner })).toBeDefined();
    expect(hashed).toHaveLength(1);
    await store.commit((tx) => {
      const users = tx.collection(USERS);
      const anna = users.get('1');
      if (anna) users.put({ ...anna, canLogin: false });
    });
    expect(await logins.check({ ...right, address: owner })).toBeUndefined();
  });
});
