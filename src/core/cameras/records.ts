/** Owns what is kept of cameras: how each is set up, and what it was last known to be. */

import type { CollectionSpec, StoredRecord } from '../store.ts';
import type { Reader } from './state.ts';

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

export const CAMERAS: CollectionSpec<CameraRecord> = {
  name: 'cameras',
  unique: { uid: (camera) => camera.uid, mtxPath: (camera) => camera.mtxPath ?? undefined },
};

export const CAMERA_STATES: CollectionSpec<CameraStateRecord> = { name: 'camera_states', unique: {} };
