/** Pins who is let in while records change: under the slow work, and at other bridges a moment ago. */

import { beforeEach, expect, it } from 'vitest';
import { createGuesses } from '../../../src/core/accounts/guesses.ts';
import { createLogins } from '../../../src/core/accounts/logins.ts';
import { USERS, type UserRecord } from '../../../src/core/accounts/records.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import type { Secrets } from '../../../src/core/ports.ts';
import type { Store } from '../../../src/core/store.ts';
import { openSecrets } from '../../../src/secrets/open-secrets.ts';
import { createVerifiedCache } from '../../../src/secrets/verified-cache.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { manualClock } from '../../support/manual-clock.ts';

const real = await openSecrets({ dir: '', appKey: 'a key that only this suite knows' });
const ANNA: UserRecord = {
  ...{ id: '1', username: 'anna', passwordHash: 'hash of right', canLogin: true, role: 'user' },
  ...{ ownerId: 'a'.repeat(24), generation: 1, createdAt: '2026-11-21T16:48:30.698+00:00' },
};
const ATTEMPT = { username: 'anna', password: 'right', address: '192.0.2.1' };

let store: Store;
let verified: string[];
let meanwhile: () => Promise<unknown>;

const put = (user: UserRecord) => store.commit((tx) => tx.collection(USERS).put(user));
const open = (caughtUp?: () => Promise<void>) => {
  const clock = manualClock();
  const secrets: Secrets = {
    ...real,
    verifyPassword: async (hash, password) => {
      verified.push(String(hash));
      await meanwhile();
      return hash === `hash of ${password}`;
    },
  };
  const consistency = caughtUp && { caughtUp };
  return createLogins({
    store,
    secrets,
    verified: createVerifiedCache(clock),
    guesses: createGuesses(clock),
    consistency,
  });
};

beforeEach(async () => {
  store = memoryStore(COLLECTIONS);
  verified = [];
  meanwhile = async () => undefined;
  await put(ANNA);
});

it.each<[string, Partial<UserRecord>, boolean]>([
  ['got another password', { generation: 2 }, false],
  ['may not log in any more', { canLogin: false }, false],
  ['was changed in something else', { instanceLimit: 3 }, true],
])('who %s while the slow work ran is let in by what is true then', async (_what, change, isIn) => {
  meanwhile = () => put({ ...ANNA, ...change });
  expect(await open().check(ATTEMPT)).toEqual(isIn ? { ...ANNA, ...change } : undefined);
});

it('a name that nobody has, and one that may not log in, cost the same work', async () => {
  await put({ ...ANNA, id: '2', username: 'bert', canLogin: false });
  const logins = open();
  for (const username of ['nobody', 'bert']) expect(await logins.check({ ...ATTEMPT, username })).toBeUndefined();
  expect(verified).toEqual(['undefined', 'undefined']);
});

it('a device is let in at a broker, and not at the API', async () => {
  await put({ ...ANNA, role: 'device' });
  const logins = open();
  expect(await logins.check(ATTEMPT)).toMatchObject({ role: 'device' });
  expect(await logins.checkForApi(ATTEMPT)).toBeUndefined();
});

it('beside other bridges it is looked at again whether one of them has made or changed this user', async () => {
  const news: (() => Promise<unknown>)[] = [];
  let asked = 0;
  const logins = open(async () => {
    asked += 1;
    await news.shift()?.();
  });
  expect(await logins.checkForApi(ATTEMPT)).toEqual(ANNA);
  expect(asked).toBe(0);
  const bert = { ...ANNA, id: '2', username: 'bert' };
  expect(await logins.checkForApi({ ...ATTEMPT, username: 'bert' })).toBeUndefined();
  expect(verified).toHaveLength(2);
  news.push(() => put(bert));
  expect(await logins.checkForApi({ ...ATTEMPT, username: 'bert' })).toEqual(bert);
  news.push(() => put({ ...ANNA, passwordHash: 'hash of new', generation: 2 }));
  expect(await logins.checkForApi({ ...ATTEMPT, password: 'new' })).toMatchObject({ generation: 2 });
  expect(asked).toBe(3);
});
