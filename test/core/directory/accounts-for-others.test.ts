/** Pins the accounts that others have with us: people whom another system has identified, and programs that borrow one. */

import { beforeEach, describe, expect, it } from 'vitest';
import { TOKENS, USERS, type UserRecord } from '../../../src/core/accounts/records.ts';
import { createSessions, type Sessions } from '../../../src/core/accounts/sessions.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import { createExternalUsers, type ExternalUsers } from '../../../src/core/directory/external-users.ts';
import { lendAccount } from '../../../src/core/directory/lent-account.ts';
import { freeName, isNameTaken } from '../../../src/core/directory/names.ts';
import { INSTANCES, TOMBSTONES } from '../../../src/core/instances/records.ts';
import type { Secrets } from '../../../src/core/ports.ts';
import type { Store } from '../../../src/core/store.ts';
import { openSecrets } from '../../../src/secrets/open-secrets.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

const DAY_MS = 86_400_000;
const real = await openSecrets({ dir: '', appKey: 'a key that only this suite knows' });
const secrets: Secrets = {
  ...real,
  hashPassword: async (password) => `hash of ${password}`,
  verifyPassword: async (hash, password) => hash === `hash of ${password}`,
};
const ALICE = { externalId: 'house:a1', name: 'alice', role: 'user' } as const;

let store: Store;
let clock: ManualClock;
let sessions: Sessions;
let externals: ExternalUsers;
let changed: number[];

const users = () => [...store.collection(USERS).values()];
const change = (by: Partial<UserRecord>) =>
  store.commit((tx) => {
    const [user] = tx.collection(USERS).values();
    if (user) tx.collection(USERS).put({ ...user, ...by });
  });

beforeEach(() => {
  clock = manualClock();
  store = memoryStore(COLLECTIONS);
  changed = [];
  sessions = createSessions(store, secrets, clock);
  externals = createExternalUsers({ store, secrets, clock, sessions, userChanged: (id) => changed.push(id) });
});

describe('somebody whom another system has identified', () => {
  it('is made at the first time, without a password, and found by the id there, whatever the name', async () => {
    const token = await externals.signIn(ALICE);
    expect(sessions.find(token ?? '')?.user).toEqual({
      ...{ id: '1', username: 'alice', passwordHash: '', canLogin: true, role: 'user', generation: 1 },
      ...{ ownerId: expect.stringMatching(/^[0-9a-f]{24}$/), externalId: 'house:a1' },
      createdAt: '2026-11-21T16:48:30.698+00:00',
    });
    await externals.signIn({ ...ALICE, name: 'alice b.' });
    expect(users().map(({ username }) => username)).toEqual(['alice']);
    expect([...store.collection(TOKENS).values()].map(({ name }) => name)).toEqual(['sidebar']);
    expect(changed).toEqual([]);
  });

  it('has one token as long as it is good, also when a page asks several times at once', async () => {
    const tokens = await Promise.all([externals.signIn(ALICE), externals.signIn(ALICE), externals.signIn(ALICE)]);
    expect([new Set(tokens).size, users().length]).toEqual([1, 1]);
    clock.advance(2 * DAY_MS);
    const next = await externals.signIn(ALICE);
    expect(next).not.toBe(tokens[0]);
    expect(sessions.find(next ?? '')).toBeDefined();
  });

  it('has the role of today, and connections of before hear of it', async () => {
    const token = await externals.signIn(ALICE);
    expect(await externals.signIn({ ...ALICE, role: 'admin' })).toBe(token);
    expect([users().map(({ role }) => role), changed]).toEqual([['admin'], [1]]);
  });

  it('is nobody who may not log in', async () => {
    await externals.signIn(ALICE);
    await change({ canLogin: false });
    expect(await externals.signIn(ALICE)).toBeUndefined();
  });

  it('who is called as somebody else here gets another name', async () => {
    await externals.signIn(ALICE);
    await externals.signIn({ ...ALICE, externalId: 'house:a2' });
    await externals.signIn({ ...ALICE, externalId: 'house:a3' });
    expect(users().map(({ username }) => username)).toEqual(['alice', 'alice-2', 'alice-3']);
  });
});

it('a name is taken by a user, by a rented instance, and by one that once was', async () => {
  await externals.signIn(ALICE);
  const at = '2026-11-21T16:48:30.698Z';
  await store.commit((tx) => {
    tx.collection(INSTANCES).put({
      ...{ id: 'a'.repeat(24), owner: 'b'.repeat(24), user: 'rented1', sealedPassword: '', verifier: '', former: null },
      ...{ status: 'active', createdAt: at, generation: 1, label: null, enabled: true, expiresAt: null, revision: 1 },
    });
    tx.collection(TOMBSTONES).put({ id: 'spent001', removedAt: at });
    const names = ['alice', 'rented1', 'spent001', 'free'];
    expect(names.map((name) => isNameTaken(tx, name))).toEqual([true, true, true, false]);
    expect([freeName(tx, 'free'), freeName(tx, 'rented1')]).toEqual(['free', 'rented1-2']);
  });
});

describe('a program that borrows an account', () => {
  const lend = () => lendAccount({ store, secrets, clock }, 'house');

  it('is a device that may use every topic and nothing of the API, with the same password at each start', async () => {
    const account = await lend();
    expect(account).toEqual({ username: 'house', password: expect.stringMatching(/^\S{32}$/) });
    expect(users()).toEqual([
      {
        ...{ id: '1', username: 'house', passwordHash: `hash of ${account.password}`, canLogin: true },
        ...{ role: 'device', topics: ['#'], generation: 1, externalId: 'borrower:house' },
        ...{ ownerId: expect.stringMatching(/^[0-9a-f]{24}$/), createdAt: '2026-11-21T16:48:30.698+00:00' },
      },
    ]);
    expect(await lend()).toEqual(account);
    expect(users()[0]?.generation).toBe(1);
  });

  it.each<[string, Partial<UserRecord>]>([
    ['another password', { passwordHash: 'hash of another' }],
    ['another role', { role: 'admin' }],
    ['other topics', { topics: ['a', '#'] }],
    ['no right to log in', { canLogin: false }],
  ])('to which somebody gave %s has what it was told again', async (_what, by) => {
    const account = await lend();
    await change({ ...by, username: 'renamed' });
    expect(await lend()).toEqual({ ...account, username: 'renamed' });
    const [user] = users();
    expect(user).toMatchObject({ canLogin: true, role: 'device', topics: ['#'], generation: 2 });
    expect(user?.passwordHash).toBe(`hash of ${account.password}`);
  });

  it('that somebody has removed is made anew, with the password that it was told', async () => {
    const account = await lend();
    await store.commit((tx) => tx.collection(USERS).delete('1'));
    expect(await lend()).toEqual(account);
    expect(users()).toMatchObject([{ id: '2', username: 'house', generation: 1 }]);
  });
});
