/** Owns the records the application keeps and their collections: what is stored, as opposed to what the wire shows. */

import type { Reader } from './camera-state.ts';
import { INSTANCES, TOMBSTONES } from './instance-records.ts';
import { INSTANCE_REQUESTS } from './instance-requests.ts';
import type { CollectionSpec, StoredRecord } from './store.ts';
import { INSTANCE_USAGE, INSTANCE_USAGE_HISTORY } from './usage-records.ts';

const ROLES = ['admin', 'user'] as const;
export type Role = (typeof ROLES)[number];

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
}

/** Keyed by the digest of the token; the token itself is not kept. */
export interface TokenRecord extends StoredRecord {
  /** What the owner sees it as in `auth.list`. */
  readonly publicId: string;
  readonly userId: number;
  readonly createdAt: string;
  readonly expiresAt: string;
}

const CAMERA_SOURCES = ['publisher', 'rtsp', 'whep', 'google'] as const;

export interface CameraRecord extends StoredRecord {
  readonly credentialId: number | null;
  readonly uid: string;
  readonly room: string;
  readonly name: string;
  readonly info: Readonly<Record<string, unknown>> | null;
  readonly mtxPath: string | null;
  readonly isEnabled: boolean;
  readonly isPersistent: boolean;
  readonly expiresAt: string | null;
  readonly sourceType: (typeof CAMERA_SOURCES)[number];
  /** Encrypted, since a source URL may carry credentials. */
  readonly sealedSourceUrl: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What a camera was last known to be: events after a restart are told against it. */
export interface CameraStateRecord extends StoredRecord {
  readonly ready: boolean;
  readonly demanded: boolean;
  readonly since: string | null;
  readonly reason: string | null;
  readonly seq: number;
  /** Absent while there are none: they are the media server's connections, which outlive a restart of ours. */
  readonly readers?: readonly Reader[];
}

/** Facts about the installation, e.g. that the first administrator has been made. */
export interface FactRecord extends StoredRecord {
  readonly value: string;
}

export const USERS: CollectionSpec<UserRecord> = {
  name: 'users',
  unique: { username: (user) => user.username, externalId: (user) => user.externalId },
};

export const TOKENS: CollectionSpec<TokenRecord> = {
  name: 'tokens',
  unique: { publicId: (token) => token.publicId },
};

export const CAMERAS: CollectionSpec<CameraRecord> = {
  name: 'cameras',
  unique: { uid: (camera) => camera.uid, mtxPath: (camera) => camera.mtxPath ?? undefined },
};

export const CAMERA_STATES: CollectionSpec<CameraStateRecord> = { name: 'camera_states', unique: {} };

export const FACTS: CollectionSpec<FactRecord> = { name: 'facts', unique: {} };

export const COLLECTIONS = [
  USERS,
  TOKENS,
  CAMERAS,
  CAMERA_STATES,
  FACTS,
  INSTANCES,
  TOMBSTONES,
  INSTANCE_REQUESTS,
  INSTANCE_USAGE,
  INSTANCE_USAGE_HISTORY,
] as const;
