/** Owns what is kept of a camera's past: stretches of time in one condition. Those in which it was up are what lies between. */

import type { CollectionSpec, StoredRecord } from '../store.ts';

/**
 * - `up`: the camera could be reached
 * - `down`: it could not
 * - `blind`: we could not look
 * - `idle`: nobody looked, since nobody wanted it or it was switched off
 */
export type Condition = 'up' | 'down' | 'blind' | 'idle';

export interface Stretch {
  readonly condition: Condition;
  /** Of a camera that is down, or of our blindness; null else. */
  readonly reason: string | null;
  readonly fromMs: number;
  /** When the camera fell that is down, or was when we saw it last; absent else. */
  readonly fellMs?: number;
}

/** The condition of a camera now, under the camera's id. */
export interface ConditionRecord extends StoredRecord, Stretch {
  /** Nothing is known of the time before. */
  readonly knownSinceMs: number;
}

/** A stretch that is over, and in which the camera was not up; never changed. */
export interface PastStretchRecord extends StoredRecord, Stretch {
  readonly cameraId: string;
  readonly toMs: number;
}

export const CAMERA_CONDITIONS: CollectionSpec<ConditionRecord> = { name: 'camera_conditions', unique: {} };
export const PAST_STRETCHES: CollectionSpec<PastStretchRecord> = { name: 'camera_past', unique: {} };
