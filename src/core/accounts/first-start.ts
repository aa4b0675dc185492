/** Owns what exists before the first request: the system user, and once, at first start only, an administrator (N-33). */

import { FACTS } from '../fact-records.ts';
import type { Clock, Log, Secrets } from '../ports.ts';
import type { Store } from '../store.ts';
import { isoOffset } from '../wire-time.ts';
import { USERS, type UserRecord } from './records.ts';

/** The fact that somebody administrates. */
export const ADMIN_CREATED = 'admin-created';

interface FirstAdmin {
  readonly username: string;
  /** Absent: one is generated. */
  readonly password?: string | undefined;
}

/**
 * Without a first administrator only the system user is made, and a later start may still make one.
 * Resolves with the generated password when an administrator was created with one, so that it can be shown once.
 * That an administrator was ever created is remembered for good: deleting it brings nobody back.
 */
export async function prepareUsers(
  store: Store,
  secrets: Secrets,
  clock: Clock,
  admin: FirstAdmin | undefined,
  log: Log,
): Promise<string | undefined> {
  const newAdmin = store.collection(FACTS).get(ADMIN_CREATED) ? undefined : admin;
  if (!newAdmin && store.collection(USERS).get('0')) return undefined;
  const chosen = newAdmin?.password ?? secrets.newPassword(16);
  const passwordHash = newAdmin ? await secrets.hashPassword(chosen) : '';
  await store.commit((tx) => {
    const users = tx.collection(USERS);
    const blank = { ownerId: secrets.newHex(24), generation: 1, createdAt: isoOffset(clock.now()) };
    const system: UserRecord = {
      ...blank,
      id: '0',
      username: 'system',
      passwordHash: '',
      canLogin: false,
      role: 'admin',
    };
    if (!users.get('0')) users.put(system);
    if (!newAdmin) return;
    const ownerId = secrets.newHex(24);
    users.put({
      ...blank,
      id: String(tx.nextId('users')),
      ownerId,
      username: newAdmin.username,
      passwordHash,
      canLogin: true,
      role: 'admin',
    });
    tx.collection(FACTS).put({ id: ADMIN_CREATED, value: blank.createdAt });
  });
  if (!newAdmin) return undefined;
  log.info({ username: newAdmin.username }, 'created the first administrator');
  return newAdmin.password === undefined ? chosen : undefined;
}
