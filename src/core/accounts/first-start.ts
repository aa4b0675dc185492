/** Owns what exists before the first request: the system user, and once, at first start only, an administrator (N-33). */

import { FACTS } from '../fact-records.ts';
import type { Clock, Log, Secrets } from '../ports.ts';
import type { Store } from '../store.ts';
import { isoOffset } from '../wire-time.ts';
import { isAdministrator, USERS, type UserRecord } from './records.ts';

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
  if (admin && !newAdmin) void tellUnheeded(store, secrets, admin, log);
  if (!newAdmin && store.collection(USERS).get('0')) return undefined;
  const chosen = newAdmin?.password ?? secrets.newPassword(16);
  const passwordHash = newAdmin ? await secrets.hashPassword(chosen) : '';
  const isMade = await store.commit((tx) => {
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
    // Another bridge may have been quicker.
    if (!newAdmin || tx.collection(FACTS).get(ADMIN_CREATED)) return false;
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
    return true;
  });
  if (!newAdmin || !isMade) return undefined;
  log.info({ username: newAdmin.username }, 'created the first administrator');
  return newAdmin.password === undefined ? chosen : undefined;
}

const USUAL_NAME = 'admin';

/** After the first start the settings of the first administrator do nothing: not a word, while they say what is so anyway. */
async function tellUnheeded(store: Store, secrets: Secrets, admin: FirstAdmin, log: Log): Promise<void> {
  const { username, password } = admin;
  const users = [...store.collection(USERS).values()];
  if (!users.some(isAdministrator))
    log.warn({}, 'nobody can administrate this service: nestmtx-bridge users add NAME --admin makes somebody');
  const user = store.collection(USERS).by('username', username);
  if (!user && (password !== undefined || username !== USUAL_NAME)) {
    const cure = `nestmtx-bridge users add ${username} --admin`;
    log.warn(
      { username },
      `ADMIN_USERNAME and ADMIN_PASSWORD are read at the first start only; there is no such user: ${cure}`,
    );
  }
  if (!user || password === undefined || (await secrets.verifyPassword(user.passwordHash, password))) return;
  const cure = `nestmtx-bridge users passwd ${username}`;
  log.warn(
    { username },
    `ADMIN_PASSWORD is read at the first start only, and the password is another: ${cure} changes it`,
  );
}
