/** Owns what is kept of the people who use the API, and of the tokens that they were given. */

import type { CollectionSpec, StoredRecord } from '../store.ts';

/** A device speaks MQTT and nothing else: it has no use of the API. */
export type Role = 'admin' | 'user' | 'device';

export interface UserRecord extends StoredRecord {
  readonly username: string;
  readonly passwordHash: string;
  readonly canLogin: boolean;
  readonly role: Role;
  /** 24 hex digits: how the instance API names this user, for life. */
  readonly ownerId: string;
  /** Grows with each change of password. */
  readonly generation: number;
  readonly createdAt: string;
  /** How many MQTT instances this user may have; absent: as many as everybody. */
  readonly instanceLimit?: number;
  /** Whom this user stands for in another system; absent: somebody who was made here. */
  readonly externalId?: string;
  /** Of a device: filters of what it may publish and subscribe to. */
  readonly topics?: readonly string[];
}

/** Keyed by the digest of the token; the token itself is not kept. */
export interface TokenRecord extends StoredRecord {
  /** What the owner sees it as in `auth.list`. */
  readonly publicId: string;
  readonly userId: number;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** What whoever logged in calls it; absent: nothing. */
  readonly name?: string;
  /** Absent: not yet. */
  readonly lastUse?: TokenUse;
}

export interface TokenUse {
  readonly at: string;
  /** IP address of the peer, where known. */
  readonly address: string | null;
}

export const USERS: CollectionSpec<UserRecord> = {
  name: 'users',
  unique: { username: (user) => user.username, externalId: (user) => user.externalId },
};

export const TOKENS: CollectionSpec<TokenRecord> = {
  name: 'tokens',
  unique: { publicId: (token) => token.publicId },
};

/** What the external id of a user begins with who was made for another program. */
export const BORROWED = 'borrower:';

/** Whether this is somebody who can change anything here: neither the system user, nor a program that an account was lent to. */
export function isAdministrator(user: UserRecord): boolean {
  return user.id !== '0' && user.canLogin && user.role === 'admin' && mayUseApi(user);
}

/** For devices, and for programs that an account was lent to, there is the broker alone. */
export function mayUseApi({ role, externalId = '' }: UserRecord): boolean {
  return role !== 'device' && !externalId.startsWith(BORROWED);
}
