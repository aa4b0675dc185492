/** Owns what is kept of cameras: how each is set up, and what it was last known to be. */

import type { CameraExpectation, CameraSourceType, RtspTransport } from '../../protocol/entities/camera.ts';
import type { CollectionSpec, StoredRecord } from '../store.ts';
import type { Reader, SeenFacts } from './facts.ts';

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
  readonly sourceType: CameraSourceType;
  /** Encrypted, since a source URL may carry credentials. */
  readonly sealedSourceUrl: string | null;
  /** Its name in go2rtc; absent for every other source. */
  readonly stream?: string;
  /** How its RTSP is carried; absent: as whoever pulls it is set up. */
  readonly transport?: RtspTransport;
  /** SHA-256 of its own certificate, in hex: then that one is trusted, and no other. */
  readonly fingerprint?: string;
  /** Absent: it follows from how the camera comes. */
  readonly expected?: CameraExpectation;
  /** Absent: it may be looked at. */
  readonly probe?: boolean;
  /** Whether its picture is published; absent: as the service is set up. */
  readonly snapshots?: boolean;
  /** Seconds; absent: its picture is not renewed by time. */
  readonly snapshotInterval?: number;
  /** Somebody stopped it; absent else. */
  readonly isStopped?: true;
  /** ISO 8601: until then no alarm rings; absent else. */
  readonly quietUntil?: string;
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
  /** Why it was told to be down; absent while it is not. */
  readonly downFor?: string;
  /** When it fell, lately; absent when it has not. */
  readonly fallsMs?: readonly number[];
  /** By which what it noticed lately is known again; absent when it has not. */
  readonly noticed?: readonly string[];
  /** Where other bridges share the cameras: what else is known, and whether whoever reads the state shall see it at once. */
  readonly seen?: SeenFacts & { readonly isCertain?: true };
}

export const CAMERAS: CollectionSpec<CameraRecord> = {
  name: 'cameras',
  unique: {
    uid: (camera) => camera.uid,
    mtxPath: (camera) => camera.mtxPath ?? undefined,
    stream: (camera) => camera.stream,
  },
};

export const CAMERA_STATES: CollectionSpec<CameraStateRecord> = { name: 'camera_states', unique: {} };
