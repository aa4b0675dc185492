/** Owns the reading of what a request wants changed of an instance: from the wire's keys to the record's. */

import { ApiError } from '../../protocol/api-error.ts';
import type { InstanceUpdate } from '../../protocol/entities/instance.ts';
import { custom } from '../../protocol/violation.ts';
import { isoZulu } from '../wire-time.ts';
import type { InstanceRecord } from './records.ts';

export type InstanceChanges = Partial<Pick<InstanceRecord, 'label' | 'enabled' | 'expiresAt' | 'homeAssistant'>>;

/** @throws ApiError `invalid_payload` for a moment that is in no calendar */
export function changesOf({ label, enabled, expires_at, home_assistant }: InstanceUpdate): InstanceChanges {
  return {
    ...(label === undefined ? {} : { label }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(expires_at === undefined ? {} : { expiresAt: momentOf(expires_at) }),
    ...(home_assistant === undefined ? {} : { homeAssistant: home_assistant }),
  };
}

/** The same moment in UTC. */
export function momentOf(expiresAt: string | null): string | null {
  if (expiresAt === null) return null;
  const ms = Date.parse(expiresAt);
  if (Number.isFinite(ms)) return isoZulu(ms);
  const violation = custom(['payload', 'expires_at'], 'date.base', 'must be a moment that exists', expiresAt);
  throw new ApiError('invalid_payload', { message: violation.message, details: [violation] });
}
