/** Pins how long tokens live and who sees them: what has expired is no token, is listed to nobody and is not kept. */

import { beforeEach, describe, expect, it } from 'vitest';
import { TOKENS, USERS, type UserRecord } from '../../../src/core/accounts/records.ts';
import { createSessions, revokeTokens, type Sessions, userOf } from '../../../src/core/accounts/sessions.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import type { Store } from '../../../src/core/store.ts';
import { openSecrets } from '../../../src/secrets/open-secrets.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

const DAY_MS = 86_400_000;
const secrets = await openSecrets({ dir: '', appKey: 'a key that only this suite knows' });

const person = (id: string, username: string, role: UserRecord['role'] = 'user'): UserRecord => ({
  ...{ id, username, role, passwordHash: '', canLogin: true, ownerId: id.padStart(24, '0'), generation: 1 },
  createdAt: '2026-11-21T16:48:30.698+00:00',
});
const anna = person('1', 'anna');
const bert = person('2', 'bert');
const root = person('3', 'root', 'admin');

let clock: ManualClock;
let store: Store;
let sessions: Sessions;
let ended: number[];

beforeEach(async () => {
  clock = manualClock();
  store = memoryStore(COLLECTIONS);
  ended = [];
  await put(anna, bert, root, person('0', 'system', 'user'));
  sessions = createSessions(store, secrets, clock, (userId) => ended.push(userId));
});

const put = (...users: UserRecord[]) =>
  store.commit((tx) => {
    for (const user of users) tx.collection(USERS).put(user);
  });

async function tokenOf(user: UserRecord, wishes: { rememberMe?: boolean; name?: string } = {}): Promise<string> {
  return (await sessions.issue(user, { rememberMe: false, ...wishes })).token;
}

function sessionOf(token: string) {
  const session = sessions.find(token, '192.0.2.1');
  if (!session) throw new Error('no session');
  return session;
}

const idsOf = (token: string) => sessions.list(sessionOf(token), false).map(({ id }) => id);

describe('a token', () => {
  it.each([
    { rememberMe: false, days: 1 },
    { rememberMe: true, days: 30 },
  ])(
    'that was asked for with rememberMe $rememberMe is good for $days days, to the millisecond',
    async ({ rememberMe, days }) => {
      const { token, expiresAtMs } = await sessions.issue(anna, { rememberMe });
      expect(expiresAtMs).toBe(clock.now() + days * DAY_MS);
      const { tokenId } = sessionOf(token);
      clock.advance(days * DAY_MS - 1000);
      expect([sessions.find(token)?.user, sessions.isLive(tokenId)]).toEqual([anna, true]);
      clock.advance(1000);
      expect([sessions.find(token), sessions.isLive(tokenId)]).toEqual([undefined, false]);
    },
  );

  it('of a user who may not log in any more, who has become a device or is gone opens nothing', async () => {
    const token = await tokenOf(anna);
    for (const changed of [
      { ...anna, canLogin: false },
      { ...anna, role: 'device' as const },
    ]) {
      await put(changed);
      expect(sessions.find(token)).toBeUndefined();
    }
    await put(anna);
    expect(sessions.find(token)).toBeDefined();
    await store.commit((tx) => tx.collection(USERS).delete('1'));
    expect(sessions.find(token)).toBeUndefined();
  });

  it('that nobody issued opens nothing', () => {
    expect([sessions.find(''), sessions.find('oat_guessed'), sessions.isLive('')]).toEqual([
      undefined,
      undefined,
      false,
    ]);
  });

  it('is not kept, but for its digest', async () => {
    const token = await tokenOf(anna);
    expect(JSON.stringify([...store.collection(TOKENS).values()])).not.toContain(token);
  });

  it('has the name that it was given, cut to a hundred characters; an empty one is none', async () => {
    await tokenOf(anna, { name: 'x'.repeat(101) });
    await tokenOf(anna, { name: '' });
    const last = await tokenOf(anna);
    expect(sessions.list(sessionOf(last), false).map(({ name }) => name)).toEqual(['x'.repeat(100), null, null]);
    expect([...store.collection(TOKENS).values()].map((row) => 'name' in row)).toEqual([true, false, false]);
  });
});

describe('the list of tokens', () => {
  it('has those of the user, and tells which of them asks', async () => {
    const first = await tokenOf(anna);
    const second = await tokenOf(anna);
    await tokenOf(bert);
    const seen = (token: string, all = false) =>
      sessions.list(sessionOf(token), all).map(({ user_id, current }) => [user_id, current]);
    expect(seen(first)).toEqual([
      [1, true],
      [1, false],
    ]);
    expect(seen(second)).toEqual([
      [1, false],
      [1, true],
    ]);
    expect(seen(second, true)).toEqual([
      [1, false],
      [1, true],
      [2, false],
    ]);
  });

  it('has none that has expired, though it may still be kept', async () => {
    const short = await tokenOf(anna);
    const long = await tokenOf(anna, { rememberMe: true });
    const [first, second] = idsOf(short);
    expect(idsOf(long)).toEqual([first, second]);
    clock.advance(DAY_MS);
    expect(store.collection(TOKENS).size).toBe(2);
    expect(idsOf(long)).toEqual([second]);
  });

  it('tells when and from where a token was used last', async () => {
    const token = await tokenOf(anna);
    const used = () => sessions.list(sessionOf(token), false)[0];
    expect(used()).toMatchObject({ last_used_at: '2026-11-21T16:48:30.698+00:00', last_address: '192.0.2.1' });
    clock.advance(1000);
    expect(used()?.last_used_at).toBe('2026-11-21T16:48:31.698+00:00');
  });
});

describe('what is kept', () => {
  it('loses what has expired at the next login, whoever it is of', async () => {
    await tokenOf(anna);
    await tokenOf(bert, { rememberMe: true });
    clock.advance(DAY_MS);
    await tokenOf(bert);
    expect([...store.collection(TOKENS).values()].map(({ userId }) => userId)).toEqual([2, 2]);
  });

  it('loses at most twenty of what has expired with one login, so that none takes long', async () => {
    for (let count = 0; count < 25; count += 1) await tokenOf(anna);
    clock.advance(DAY_MS);
    await tokenOf(bert);
    expect(store.collection(TOKENS).size).toBe(6);
    await tokenOf(bert);
    expect(store.collection(TOKENS).size).toBe(2);
  });

  it('is fifty tokens to a user at most: the one that was issued first goes, and its user is told', async () => {
    const first = await tokenOf(anna);
    const second = await tokenOf(anna);
    await tokenOf(bert);
    for (let count = 2; count < 50; count += 1) await tokenOf(anna);
    expect(ended).toEqual([]);
    expect(sessions.find(first)).toBeDefined();
    await tokenOf(anna);
    expect([sessions.find(first), sessions.find(second)?.user.id]).toEqual([undefined, '1']);
    expect(ended).toEqual([1]);
    expect(store.collection(TOKENS).size).toBe(51);
  });
});

describe('taking a token back', () => {
  it('is for its owner and for administrators', async () => {
    const token = await tokenOf(anna);
    const [id = ''] = idsOf(token);
    expect(await sessions.revoke(sessionOf(await tokenOf(bert)), id)).toBeUndefined();
    expect(sessions.find(token)).toBeDefined();
    expect(await sessions.revoke(sessionOf(await tokenOf(root)), id)).toBe(1);
    expect(sessions.find(token)).toBeUndefined();
  });

  it('that asks is called current, and leaves the others', async () => {
    const [first, second] = [await tokenOf(anna), await tokenOf(anna)];
    expect(await sessions.revoke(sessionOf(first), 'current')).toBe(1);
    expect([sessions.find(first), sessions.find(second)?.user.id]).toEqual([undefined, '1']);
    expect(await sessions.revoke(sessionOf(second), 'unknown')).toBeUndefined();
  });
});

it('all tokens of a user end together, but for the one that is to stay', async () => {
  const [first, second] = [await tokenOf(anna), await tokenOf(anna)];
  const other = await tokenOf(bert);
  const { tokenId } = sessionOf(second);
  await store.commit((tx) => revokeTokens(tx, 1, tokenId));
  expect([sessions.find(first), sessions.find(second)?.user.id, sessions.find(other)?.user.id]).toEqual([
    ...[undefined, '1'],
    '2',
  ]);
  await store.commit((tx) => revokeTokens(tx, 1));
  expect([sessions.find(second), sessions.find(other)?.user.id]).toEqual([undefined, '2']);
});

it('a user is told with its own number of instances, a device with its topics, and nobody with a secret', () => {
  expect(userOf({ ...anna, passwordHash: 'a hash' })).toEqual({
    ...{ id: 1, username: 'anna', can_login: true },
    role: 'user',
  });
  expect(userOf({ ...anna, canLogin: false, instanceLimit: 0 })).toEqual({
    ...{ id: 1, username: 'anna', can_login: false },
    ...{ role: 'user', instance_limit: 0 },
  });
  const plug = person('4', 'plug', 'device');
  expect(userOf({ ...plug, topics: ['tele/plug/#'] })).toMatchObject({ role: 'device', topics: ['tele/plug/#'] });
  expect(userOf(plug)).toMatchObject({ topics: [] });
});

it("the operator's token is an administrator's, is kept nowhere and is another one in each process", async () => {
  const token = sessions.operatorToken();
  expect(sessions.find(token)?.user).toMatchObject({ id: '0', role: 'admin' });
  expect(store.collection(TOKENS).size).toBe(0);
  expect(createSessions(store, secrets, clock).find(token)).toBeUndefined();
  await store.commit((tx) => tx.collection(USERS).delete('0'));
  expect(sessions.find(token)).toBeUndefined();
});
