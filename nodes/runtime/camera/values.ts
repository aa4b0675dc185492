/** Owns which camera a message is about, and how long it may take; refuses what is neither. */

import { durationMs } from '../duration.ts';
import { NodeError } from '../node-error.ts';
import type { TypedValues } from '../typed-value.ts';
import type { CameraFields } from './settings.ts';

const DEFAULT_TIMEOUT_MS = 60_000;
const LONGEST_TIMEOUT_MS = 86_400_000;

/** @throws NodeError `invalid_value` */
export async function cameraIdOf({ entity, entityType }: CameraFields, values: TypedValues): Promise<number> {
  const text = await values.readText('the camera', entity, entityType);
  if (text !== undefined && /^\d{1,15}$/.test(text.trim())) return Number(text);
  const found = text === undefined ? 'empty' : JSON.stringify(text.slice(0, 20));
  throw new NodeError('invalid_value', `the camera must be the id of one, not ${found}`);
}

/** @throws NodeError `invalid_value` */
export async function timeoutMsOf({ timeout, timeoutType }: CameraFields, values: TypedValues): Promise<number> {
  const given = await values.readText('the time limit', timeout, timeoutType);
  const ms = given === undefined ? DEFAULT_TIMEOUT_MS : durationMs(given);
  if (ms !== undefined && ms > 0 && ms <= LONGEST_TIMEOUT_MS) return ms;
  throw new NodeError('invalid_value', 'the time limit must be a duration of up to 24 h, such as 5 min');
}
