/** Owns the `users` module (contract 2.7, N-33, N-39). The system user, id 0, is never listed, changed or deleted. */

import { topicsFor } from '../core/accounts/device-topics.ts';
import type { Logins } from '../core/accounts/logins.ts';
import { isAdministrator, USERS, type UserRecord } from '../core/accounts/records.ts';
import { revokeTokens, userOf } from '../core/accounts/sessions.ts';
import { isNameTaken } from '../core/directory/names.ts';
import { INSTANCES } from '../core/instances/records.ts';
import { listPage } from '../core/paging.ts';
import type { Clock, Secrets } from '../core/ports.ts';
import type { Call, Module, Origin } from '../core/requests/registry.ts';
import type { Store, Transaction } from '../core/store.ts';
import { isoOffset } from '../core/wire-time.ts';
import { ApiError } from '../protocol/api-error.ts';
import { pageOf } from '../protocol/entities/page.ts';
import {
  USER,
  USER_CREATE,
  USER_UPDATE,
  type User,
  type UserCreate,
  type UserUpdate,
} from '../protocol/entities/user.ts';
import { custom, missing } from '../protocol/violation.ts';
import { findRow } from './entity.ts';

interface Ports {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly logins: Logins;
  readonly userChanged: (userId: number) => void;
  /** First levels of the topics that the service has for itself. */
  readonly baseTopic: string;
  /** Resolves when nothing that the user had is good any longer. */
  readonly ownerGone?: (ownerId: string) => Promise<void>;
}

export function usersModule({ store, secrets, clock, logins, userChanged, baseTopic, ownerGone }: Ports): Module {
  const users = store.collection(USERS);
  const instances = store.collection(INSTANCES);
  const taken = { base: baseTopic, isInstanceRoot: (name: string) => instances.by('user', name) !== undefined };

  /** How many instances each owner has, who go with them. */
  function counted(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { owner } of instances.values()) counts.set(owner, (counts.get(owner) ?? 0) + 1);
    return counts;
  }

  function shown(user: UserRecord, counts = counted()): User {
    const count = counts.get(user.ownerId);
    return { ...userOf(user), ...(count === undefined ? {} : { instances: count }) };
  }

  function list({ payload }: Call) {
    const counts = counted();
    return listPage(payload, {
      rows: [...users.values()].filter(({ id }) => id !== '0'),
      id: ({ id }) => Number(id),
      searched: ({ username }) => [username],
      present: (user) => shown(user, counts),
    });
  }

  async function create({ payload }: Call): Promise<User> {
    const { username, password, can_login, role = 'user', ...given } = payload as UserCreate;
    const topics = topicsFor(role, given.topics, taken);
    const passwordHash = await secrets.hashPassword(password);
    const fields = { username, passwordHash, canLogin: can_login, role };
    return addUser(store, secrets, clock, topics === undefined ? fields : { ...fields, topics });
  }

  async function update({ entity, payload, session, origin }: Call): Promise<void> {
    const changes = payload as UserUpdate;
    const user = findRow(users, entity);
    if (user.id === '0') throw new ApiError('forbidden');
    const isOwn = user.id === session?.user.id;
    if (isOwn && changes.can_login !== undefined && changes.can_login !== user.canLogin) {
      throw new ApiError('own_login_ability');
    }
    // A role one gave oneself would be no role; and the last administrator could lock the house.
    if (changes.role !== undefined && changes.role !== user.role && (isOwn || session?.user.role !== 'admin')) {
      throw new ApiError('forbidden');
    }
    if (changes.instance_limit !== undefined && session?.user.role !== 'admin') throw new ApiError('forbidden');
    // What is refused needs no slow hash.
    changed(user, changes);
    if (isOwn && changes.password !== undefined) await mustKnowPassword(user, changes.current_password, origin);
    const passwordHash = changes.password === undefined ? undefined : await secrets.hashPassword(changes.password);
    await store.commit((tx) => {
      const rows = tx.collection(USERS);
      const record = changed(findRow(rows, entity), changes, passwordHash);
      rows.put(record);
      assertAdministrated(tx, users.values());
      if (passwordHash !== undefined) revokeTokens(tx, Number(record.id), isOwn ? session?.tokenId : undefined);
      if (record.role === 'device') revokeTokens(tx, Number(record.id));
    });
    userChanged(Number(user.id));
  }

  /** A token that was stolen is good until it ends: it must not become the account. */
  async function mustKnowPassword(user: UserRecord, current: string | undefined, { address }: Origin): Promise<void> {
    // Somebody else signs this user in; what would become a second way in is for an administrator to give.
    if (user.passwordHash === '') throw new ApiError('forbidden');
    if (current === undefined) {
      const violation = missing(['payload', 'current_password']);
      throw new ApiError('invalid_payload', { message: violation.message, details: [violation] });
    }
    const { username } = user;
    const known = await logins.checkForApi({ username, password: current, address });
    if (known?.id !== user.id) throw new ApiError('invalid_credentials');
  }

  /** The record with the changes. @throws ApiError `invalid_payload` when role and topics do not go together */
  function changed(record: UserRecord, changes: UserUpdate, passwordHash?: string): UserRecord {
    const { instanceLimit, topics: before, ...now } = record;
    const role = changes.role ?? now.role;
    const limit = changes.instance_limit === undefined ? instanceLimit : (changes.instance_limit ?? undefined);
    const isSame = role === now.role && changes.topics === undefined;
    const topics = isSame ? before : topicsFor(role, changes.topics, taken);
    return {
      ...now,
      ...(limit === undefined ? {} : { instanceLimit: limit }),
      ...(topics === undefined ? {} : { topics }),
      passwordHash: passwordHash ?? now.passwordHash,
      canLogin: changes.can_login ?? now.canLogin,
      role,
      generation: now.generation + (passwordHash === undefined ? 0 : 1),
    };
  }

  async function remove({ entity, session }: Call): Promise<void> {
    if (Number(entity) === 0) throw new ApiError('system_user');
    if (entity === session?.user.id) throw new ApiError('own_user');
    const { ownerId } = await store.commit((tx) => {
      const user = findRow(tx.collection(USERS), entity);
      if (user.id === '0') throw new ApiError('system_user');
      if (user.id === session?.user.id) throw new ApiError('own_user');
      tx.collection(USERS).delete(user.id);
      assertAdministrated(tx, users.values());
      revokeTokens(tx, Number(user.id));
      return user;
    });
    userChanged(Number(entity));
    await ownerGone?.(ownerId);
  }

  return {
    name: 'users',
    summary: 'Manage users',
    operations: {
      list: {
        summary: 'Search and list users',
        result: pageOf(USER),
        run: list,
      },
      create: { summary: 'Create a user', schema: USER_CREATE, writtenBack: USER, result: USER, run: create },
      read: { summary: 'Read a user', result: USER, run: ({ entity }): User => shown(findRow(users, entity)) },
      update: {
        summary: "Change password, login ability, role or topics; one's own password with the one until now",
        schema: USER_UPDATE,
        run: update,
      },
      delete: { summary: 'Delete a user and all of its tokens', run: remove },
    },
  };
}

/** Whoever asks, the operator too. @throws ApiError `last_administrator` where there was somebody and would be nobody */
function assertAdministrated(tx: Transaction, before: Iterable<UserRecord>): void {
  if ([...tx.collection(USERS).values()].some(isAdministrator)) return;
  if ([...before].some(isAdministrator)) throw new ApiError('last_administrator');
}

/** @throws ApiError `already_exists` when the name is taken */
export async function addUser(
  store: Store,
  secrets: Secrets,
  clock: Clock,
  fields: Pick<UserRecord, 'username' | 'passwordHash' | 'canLogin' | 'role' | 'topics'>,
): Promise<User> {
  const user = await store.commit((tx) => {
    if (isNameTaken(tx, fields.username)) throw nameTaken(fields.username);
    const record: UserRecord = {
      ...fields,
      id: String(tx.nextId('users')),
      ownerId: secrets.newHex(24),
      generation: 1,
      createdAt: isoOffset(clock.now()),
    };
    tx.collection(USERS).put(record);
    return record;
  });
  return userOf(user);
}

function nameTaken(username: string): ApiError {
  const violation = custom(['payload', 'username'], 'any.unique', 'is taken already', username);
  return new ApiError('already_exists', { details: [violation] });
}
