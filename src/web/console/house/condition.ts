/** Owns how a camera is, in one of five words, and in which order people want to see them. Pure. */

import type { Camera } from '../../../protocol/entities/camera.ts';

export const CONDITION_NAMES = ['down', 'unknown', 'up', 'idle', 'off'] as const;
export type Condition = (typeof CONDITION_NAMES)[number];

/** Of a NestMTX that is followed, what only we know is absent. */
export type Seen = Pick<Camera, 'is_enabled' | 'status' | 'stream_ready'> & Partial<Pick<Camera, 'online' | 'reason'>>;

export function conditionOf({ is_enabled, status, stream_ready, online, reason }: Seen): Condition {
  if (!is_enabled || status === 'stopped') return 'off';
  if (online === false) return 'down';
  if (reason === 'flapping') return stream_ready ? 'up' : 'down';
  if (reason) return online === true ? 'down' : 'unknown';
  if (status === 'unavailable') return 'unknown';
  return stream_ready ? 'up' : 'idle';
}

/** Whether somebody should look: a fault of the camera itself. What a source does not tell of is one fault of that source. */
export function needsSomebody(condition: Condition): boolean {
  return condition === 'down';
}

/** Reasons that are of something else than the camera: one cause for all of its cameras. */
export const SOURCE_REASONS: readonly string[] = [
  'mediamtx-unreachable',
  'go2rtc-unreachable',
  'google-unreachable',
  'google-login',
  'nestmtx-unreachable',
  'nestmtx-login',
];
