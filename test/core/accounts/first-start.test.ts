/** Pins who is there before the first request: the system user always, an administrator once; and what is said when settings come too late. */

import { beforeEach, describe, expect, it } from 'vitest';
import { ADMIN_CREATED, prepareUsers } from '../../../src/core/accounts/first-start.ts';
import { isAdministrator, mayUseApi, USERS, type UserRecord } from '../../../src/core/accounts/records.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import { FACTS } from '../../../src/core/fact-records.ts';
import type { Secrets } from '../../../src/core/ports.ts';
import type { Store } from '../../../src/core/store.ts';
import { openSecrets } from '../../../src/secrets/open-secrets.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { type RecordingLog, recordingLog } from '../../support/recording-log.ts';

const real = await openSecrets({ dir: '', appKey: 'a key that only this suite knows' });
const secrets: Secrets = {
  ...real,
  hashPassword: async (password) => `hash of ${password}`,
  verifyPassword: async (hash, password) => hash === `hash of ${password}`,
};
const HEX = expect.stringMatching(/^[0-9a-f]{24}$/);
const MADE = { ownerId: HEX, generation: 1, createdAt: '2026-11-21T16:48:30.698+00:00' };
const SYSTEM = { ...MADE, id: '0', username: 'system', passwordHash: '', canLogin: false, role: 'admin' };
const ROOT = { username: 'root', password: 'right' };

let store: Store;
let log: RecordingLog;

const prepare = (admin?: { readonly username: string; readonly password?: string }) =>
  prepareUsers(store, secrets, manualClock(), admin, log);
const users = () => [...store.collection(USERS).values()];

beforeEach(() => {
  store = memoryStore(COLLECTIONS);
  log = recordingLog();
});

describe('the first start', () => {
  it('makes the system user and an administrator, and says so', async () => {
    expect(await prepare(ROOT)).toBeUndefined();
    const root = { ...MADE, id: '1', username: 'root', passwordHash: 'hash of right', canLogin: true, role: 'admin' };
    expect(users()).toEqual([SYSTEM, root]);
    expect(users()[0]?.ownerId).not.toBe(users()[1]?.ownerId);
    expect(log.lines).toEqual([
      { level: 'info', message: 'created the first administrator', fields: { username: 'root' } },
    ]);
  });

  it('makes up a password where none is set, and tells it once', async () => {
    const password = await prepare({ username: 'root' });
    expect(password).toMatch(/^\S{16}$/);
    expect(users()[1]?.passwordHash).toBe(`hash of ${password}`);
    expect(await prepare({ username: 'admin' })).toBeUndefined();
  });

  it('without anybody to make leaves that to a later one', async () => {
    expect(await prepare()).toBeUndefined();
    expect(users()).toEqual([SYSTEM]);
    await prepare(ROOT);
    expect(users()).toMatchObject([SYSTEM, { username: 'root' }]);
  });

  it('of two at once makes one administrator', async () => {
    const generated = await Promise.all([prepare({ username: 'root' }), prepare({ username: 'root' })]);
    expect([users().length, generated.filter((one) => one !== undefined).length]).toEqual([2, 1]);
    expect(log.lines).toHaveLength(1);
  });
});

describe('a later start', () => {
  const later = async (admin?: { readonly username: string; readonly password?: string }) => {
    log = recordingLog();
    expect(await prepare(admin)).toBeUndefined();
    await new Promise((resolve) => setImmediate(resolve));
    return log.lines.map(({ level, message, fields }) => [level, message, fields['username']]);
  };
  const change = (by: Partial<UserRecord>) =>
    store.commit((tx) => {
      const root = tx.collection(USERS).get('1');
      if (root) tx.collection(USERS).put({ ...root, ...by });
    });

  beforeEach(() => prepare(ROOT));

  it('brings nobody back, and says nothing while the settings say what is so', async () => {
    expect(await later(ROOT)).toEqual([]);
    expect(await later({ username: 'root' })).toEqual([]);
    expect(await later({ username: 'admin' })).toEqual([]);
    expect(await later()).toEqual([]);
    expect(users()).toHaveLength(2);
    expect(store.collection(FACTS).get(ADMIN_CREATED)?.value).toBe('2026-11-21T16:48:30.698+00:00');
  });

  it('says that a password, or a name, is read at the first start only, and what helps', async () => {
    const first = 'is read at the first start only';
    expect(await later({ ...ROOT, password: 'another' })).toEqual([
      [
        'warn',
        `ADMIN_PASSWORD ${first}, and the password is another: nestmtx-bridge users passwd root changes it`,
        'root',
      ],
    ]);
    const said = (name: string) => [
      'warn',
      `ADMIN_USERNAME and ADMIN_PASSWORD are read at the first start only; there is no such user: nestmtx-bridge users add ${name} --admin`,
      name,
    ];
    expect(await later({ username: 'chief' })).toEqual([said('chief')]);
    expect(await later({ username: 'admin', password: 'right' })).toEqual([said('admin')]);
  });

  it('says when nobody can administrate', async () => {
    await change({ canLogin: false });
    expect(await later(ROOT)).toEqual([
      ['warn', 'nobody can administrate this service: nestmtx-bridge users add NAME --admin makes somebody', undefined],
    ]);
  });
});

it('administrators are people who may log in, and neither devices nor borrowers use the API', () => {
  const root: UserRecord = {
    ...{ id: '1', username: 'root', passwordHash: '', canLogin: true, role: 'admin', ownerId: '', generation: 1 },
    createdAt: '',
  };
  expect(isAdministrator(root)).toBe(true);
  for (const other of [{ id: '0' }, { canLogin: false }, { role: 'user' as const }, { externalId: 'borrower:house' }]) {
    expect(isAdministrator({ ...root, ...other })).toBe(false);
  }
  expect(isAdministrator({ ...root, externalId: 'house:1' })).toBe(true);
  expect([mayUseApi({ ...root, role: 'user' }), mayUseApi({ ...root, role: 'device' })]).toEqual([true, false]);
});
