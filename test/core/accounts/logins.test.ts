/** Pins who is slowed down by wrong logins: whoever makes them, never the owner of the name they are made for. */

import { beforeEach, describe, expect, it } from 'vitest';
import { prepareUsers } from '../../../src/core/accounts/first-start.ts';
import { createLogins, type Logins } from '../../../src/core/accounts/logins.ts';
import { USERS } from '../../../src/core/accounts/records.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
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
  let hashes: number;

  beforeEach(async () => {
    clock = manualClock();
    store = memoryStore(COLLECTIONS);
    const secrets = await openSecrets({ dir: '', appKey: 'a key that only this suite knows' });
    await prepareUsers(store, secrets, clock, right, recordingLog());
    hashes = 0;
    const counted = {
      ...secrets,
      verifyPassword: (hash: string | undefined, password: string) => {
        hashes += 1;
        return secrets.verifyPassword(hash, password);
      },
    };
    logins = createLogins(store, counted, createVerifiedCache(clock), clock);
  });

  async function exhaust(username: string, address: string): Promise<void> {
    for (let count = 0; count < 10; count += 1) await logins.check({ username, password: 'wrong', address });
  }

  it('slow their address down, at no cost, while the owner logs in from another one', async () => {
    await exhaust('anna', attacker);
    const before = hashes;
    await expect(logins.check({ ...wrong, address: attacker })).rejects.toEqual(limited);
    await expect(logins.check({ ...right, address: attacker })).rejects.toEqual(limited);
    expect(hashes).toBe(before);
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

  it('cost the same work for a name that exists, one that does not, and a user who may not log in', async () => {
    await logins.check({ ...wrong, address: owner });
    await logins.check({ username: 'nobody', password: 'wrong', address: owner });
    await logins.check({ username: 'system', password: 'wrong', address: owner });
    expect(hashes).toBe(3);
  });

  it('right ones that follow one another cost one hash; a changed user is judged anew', async () => {
    for (let count = 0; count < 5; count += 1) expect(await logins.check({ ...right, address: owner })).toBeDefined();
    expect(hashes).toBe(1);
    await store.commit((tx) => {
      const users = tx.collection(USERS);
      const anna = users.get('1');
      if (anna) users.put({ ...anna, canLogin: false });
    });
    expect(await logins.check({ ...right, address: owner })).toBeUndefined();
  });
});
