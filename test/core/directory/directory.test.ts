/** Pins who is let in at a broker, as what, and until when: users by password, token or certificate, and rented instances. */

import { beforeEach, describe, expect, it } from 'vitest';
import type { Account } from '../../../src/core/accounts/accounts.ts';
import { createGuesses } from '../../../src/core/accounts/guesses.ts';
import { createLogins } from '../../../src/core/accounts/logins.ts';
import { TOKENS, USERS, type UserRecord } from '../../../src/core/accounts/records.ts';
import { createSessions, revokeTokens, type Sessions } from '../../../src/core/accounts/sessions.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import { createDirectory, type Directory } from '../../../src/core/directory/directory.ts';
import { instancesOnly } from '../../../src/core/directory/instances-only.ts';
import type { Secrets } from '../../../src/core/ports.ts';
import type { Store } from '../../../src/core/store.ts';
import { createRepeatedLines } from '../../../src/core/timing/repeated-lines.ts';
import { openSecrets } from '../../../src/secrets/open-secrets.ts';
import { createVerifiedCache } from '../../../src/secrets/verified-cache.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { recordingLog } from '../../support/recording-log.ts';

const real = await openSecrets({ dir: '', appKey: 'a key that only this suite knows' });
const secrets: Secrets = { ...real, verifyPassword: async (hash, password) => hash === `hash of ${password}` };

const ANNA: UserRecord = {
  ...{ id: '1', username: 'anna', passwordHash: 'hash of secret', canLogin: true, role: 'user' },
  ...{ ownerId: 'a'.repeat(24), generation: 3, createdAt: '2026-11-21T16:48:30.698+00:00' },
};
const PLUG: UserRecord = {
  ...ANNA,
  id: '2',
  username: 'plug',
  role: 'device',
  ownerId: 'b'.repeat(24),
  topics: ['p/#'],
};
const ACCOUNT = { key: 'user:1', kind: 'user', username: 'anna', generation: 3, owner: 'a'.repeat(24) };

let store: Store;
let clock: ManualClock;
let sessions: Sessions;
let directory: Directory;

const put = (...users: UserRecord[]) =>
  store.commit((tx) => {
    for (const user of users) tx.collection(USERS).put(user);
  });
const open = (from: Store, caughtUp?: () => Promise<void>) => {
  const guesses = createGuesses(clock);
  const logins = createLogins({ store: from, secrets, verified: createVerifiedCache(clock), guesses });
  const consistency = caughtUp && { caughtUp };
  return createDirectory({ store: from, secrets, clock, guesses, logins, sessions, consistency });
};
const login = (username: string, password: string) => directory.login({ username, password, address: '192.0.2.1' });
async function admitted(username: string, password: string): Promise<Account> {
  const account = await login(username, password);
  if (!account) throw new Error('not let in');
  return account;
}

beforeEach(async () => {
  clock = manualClock();
  store = memoryStore(COLLECTIONS);
  await put(ANNA, PLUG);
  sessions = createSessions(store, secrets, clock);
  directory = open(store);
});

describe('a user', () => {
  it('is let in by password or by token, and by nothing else', async () => {
    const { token } = await sessions.issue(ANNA, { rememberMe: false });
    expect(await login('anna', 'secret')).toEqual(ACCOUNT);
    expect(await login('anna', token)).toEqual(ACCOUNT);
    expect(await login('anna', 'wrong')).toBeUndefined();
    expect(await login('plug', token)).toBeUndefined();
    expect(await login('nobody', 'secret')).toBeUndefined();
  });

  it('is let in by certificate while it may log in', async () => {
    expect(directory.loginByCertificate('anna')).toEqual(ACCOUNT);
    expect(directory.loginByCertificate('nobody')).toBeUndefined();
    await put({ ...ANNA, canLogin: false });
    expect(directory.loginByCertificate('anna')).toBeUndefined();
  });

  it.each<[string, Partial<UserRecord>]>([
    ['may not log in any more', { canLogin: false }],
    ['has another name', { username: 'anne' }],
    ['has another role', { role: 'admin' }],
    ['has another password', { generation: 4 }],
  ])('whoever %s is not who was let in', async (_what, change) => {
    const account = await admitted('anna', 'secret');
    expect([directory.isCurrent(account), directory.recall(account)]).toEqual([true, account]);
    await put({ ...ANNA, ...change });
    expect(directory.isCurrent(account)).toBe(false);
  });

  it('that was let in by token is so as long as that is good, whatever the password', async () => {
    const { token } = await sessions.issue(ANNA, { rememberMe: false });
    const account = await admitted('anna', token);
    await put({ ...ANNA, generation: 4 });
    expect(directory.isCurrent(account)).toBe(true);
    await store.commit((tx) => revokeTokens(tx, 1));
    expect(directory.isCurrent(account)).toBe(false);
  });

  it('that is gone is nobody', async () => {
    const account = await admitted('anna', 'secret');
    await store.commit((tx) => tx.collection(USERS).delete('1'));
    expect(directory.isCurrent(account)).toBe(false);
  });
});

it('a device has its topics, as they are now, and nobody else has any', async () => {
  const [plug, anna] = [await admitted('plug', 'secret'), await admitted('anna', 'secret')];
  expect([directory.topicsOf(plug), directory.topicsOf(anna)]).toEqual([['p/#'], []]);
  await put({ ...PLUG, topics: ['q'] });
  expect(directory.topicsOf(plug)).toEqual(['q']);
  await put({ ...PLUG, role: 'user' });
  expect(directory.topicsOf(plug)).toEqual([]);
  const { topics: _, ...without } = PLUG;
  await put(without);
  expect(directory.topicsOf(plug)).toEqual([]);
});

it('whoever asks is told whose connections may no longer hold, until it has heard enough', () => {
  const told: string[] = [];
  const stop = directory.onRevoked((key) => told.push(key));
  directory.userChanged(1);
  directory.instanceChanged('abc');
  stop();
  directory.userChanged(2);
  expect(told).toEqual(['user:1', 'instance:abc']);
});

describe('beside other bridges', () => {
  it('who was refused is let in when another bridge had made or changed it a moment ago', async () => {
    const news: (() => Promise<unknown>)[] = [];
    let asked = 0;
    directory = open(store, async () => {
      asked += 1;
      await news.shift()?.();
    });
    expect(await login('anna', 'secret')).toEqual(ACCOUNT);
    expect(asked).toBe(0);
    expect(await login('bert', 'secret')).toBeUndefined();
    news.push(() => put({ ...ANNA, id: '3', username: 'bert' }));
    expect(await login('bert', 'secret')).toMatchObject({ key: 'user:3' });
    news.push(() => put({ ...ANNA, passwordHash: 'hash of another' }));
    expect(await login('anna', 'another')).toMatchObject({ key: 'user:1' });
    expect(asked).toBe(3);
  });

  it('what they have changed or taken away holds no longer here, and what they have made was never here', () => {
    const watchers = new Map<string, (changes: readonly object[]) => void>();
    const watched: Store = {
      ...store,
      watch: (spec, listener) => {
        watchers.set(spec.name, listener as (changes: readonly object[]) => void);
        return () => undefined;
      },
    };
    directory = open(watched);
    const told: string[] = [];
    directory.onRevoked((key) => told.push(key));
    const token = { id: 'digest', userId: 7 };
    watchers.get('users')?.([
      { id: '1', before: ANNA, after: ANNA },
      { id: '9', after: ANNA },
    ]);
    watchers.get(TOKENS.name)?.([
      { id: 'a', before: token },
      { id: 'b', before: token, after: token },
      { id: 'c', after: token },
    ]);
    watchers.get('instances')?.([
      { id: 'abc', before: {} },
      { id: 'new', after: {} },
    ]);
    expect(told).toEqual(['user:1', 'user:7', 'instance:abc']);
  });
});

it('a broker beside another one is for rented instances: everybody else is refused, which is said once', async () => {
  const log = recordingLog();
  const instance = { ...ACCOUNT, key: 'instance:abc', kind: 'instance' } as const;
  const answers = [await login('anna', 'secret'), await login('anna', 'secret'), instance, undefined];
  const beside = instancesOnly({ ...directory, login: async () => answers.shift() }, createRepeatedLines(log, clock));
  const attempt = { username: 'anna', password: 'secret', address: '192.0.2.1' };
  const got = [];
  for (let count = 0; count < 4; count += 1) got.push(await beside.login(attempt));
  expect(got).toEqual([undefined, undefined, instance, undefined]);
  expect(log.lines).toEqual([
    {
      level: 'info',
      message: 'only MQTT instances may use the embedded broker: everybody else uses the external one',
      fields: { username: 'anna', address: '192.0.2.1' },
    },
  ]);
  expect(beside.loginByCertificate('anna')).toBeUndefined();
});
