/** Owns the moving in: everything that a plan calls new, in one commit, with ids, uids and paths as they were. */

import { ADMIN_CREATED } from '../core/accounts/first-start.ts';
import { USERS } from '../core/accounts/records.ts';
import type { Cameras } from '../core/cameras/cameras.ts';
import { CAMERAS, type CameraRecord } from '../core/cameras/records.ts';
import { isNameTaken } from '../core/directory/names.ts';
import { FACTS } from '../core/fact-records.ts';
import { CREDENTIALS, sealPart } from '../core/google/credentials.ts';
import type { Progress } from '../core/operations/operations.ts';
import type { Clock, Secrets } from '../core/ports.ts';
import type { Transaction } from '../core/store.ts';
import { isoOffset } from '../core/wire-time.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { Household, MovingCamera, MovingCredentials, MovingUser } from './household.ts';

interface Ports {
  /** Tells in the same commit of cameras that have come, where somebody hears it. */
  readonly change: Cameras['change'];
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/** By name: what the user logs in with from now on. */
export type Passwords = ReadonlyMap<string, string>;

/**
 * @param incoming what a plan calls new
 * @param progress may be cancelled while passwords are made, which is what takes long
 * @param given passwords for users; who is not named gets one that is made here
 * @returns the passwords that were made, to be shown once
 */
export async function moveIn(
  ports: Ports,
  incoming: Household,
  given: Passwords,
  progress?: Progress,
): Promise<Passwords> {
  const { change, secrets } = ports;
  const total = incoming.users.length + incoming.credentials.length + incoming.cameras.length;
  const made = new Map<string, string>();
  const hashes = new Map<string, string>();
  for (const { username } of incoming.users) {
    const password = given.get(username) ?? secrets.newPassword(16);
    if (!given.has(username)) made.set(username, password);
    hashes.set(username, await secrets.hashPassword(password));
    progress?.report(hashes.size, total);
  }
  // From here on it is all or nothing.
  progress?.signal.throwIfAborted();
  await change((tx, tell) => {
    for (const user of incoming.users) putUser(tx, ports, user, hashes.get(user.username) ?? '');
    for (const one of incoming.credentials) putCredentials(tx, ports, one);
    for (const camera of incoming.cameras) tell('created', putCamera(tx, ports, camera));
  });
  progress?.report(total, total);
  return made;
}

/** NestMTX knows no roles: whoever has a token may do everything there. */
function putUser(tx: Transaction, { secrets, clock }: Ports, user: MovingUser, passwordHash: string): void {
  const { username, canLogin } = user;
  if (isNameTaken(tx, username)) throw new ApiError('already_exists', { message: `the name ${username} is taken` });
  const createdAt = isoOffset(clock.now());
  const isFree = !tx.collection(USERS).get(String(user.id));
  tx.collection(USERS).put({
    id: isFree ? claimed(tx, 'users', user.id) : String(tx.nextId('users')),
    username,
    passwordHash,
    canLogin,
    role: 'admin',
    ownerId: secrets.newHex(24),
    generation: 1,
    createdAt,
  });
  // Somebody administrates from now on: the first start needs to make nobody.
  if (!tx.collection(FACTS).get(ADMIN_CREATED)) tx.collection(FACTS).put({ id: ADMIN_CREATED, value: createdAt });
}

function putCredentials(tx: Transaction, { secrets, clock }: Ports, one: MovingCredentials): void {
  const now = isoOffset(clock.now());
  const id = claimed(tx, 'credentials', one.id);
  tx.collection(CREDENTIALS).put({
    id,
    description: one.description,
    checksum: secrets.checksum(one.client.clientId),
    sealedClient: sealPart(secrets, id, 'client', one.client),
    sealedTokens: one.tokens && sealPart(secrets, id, 'tokens', one.tokens),
    sealedPending: null,
    tokenRedirectUrl: one.tokenRedirectUrl,
    createdAt: now,
    updatedAt: now,
  });
}

function putCamera(tx: Transaction, { secrets, clock }: Ports, { id, uid, ...camera }: MovingCamera): CameraRecord {
  const now = isoOffset(clock.now());
  const record: CameraRecord = {
    ...camera,
    id: id === null ? String(tx.nextId('cameras')) : claimed(tx, 'cameras', id),
    uid: uid ?? `bridge/${secrets.newUuid()}`,
    sealedSourceUrl: null,
    createdAt: now,
    updatedAt: now,
  };
  tx.collection(CAMERAS).put(record);
  return record;
}

/** Counts on until nobody is given this id again. */
function claimed(tx: Transaction, name: string, id: number): string {
  while (tx.nextId(name) < id);
  return String(id);
}
