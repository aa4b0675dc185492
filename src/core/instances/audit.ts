/** Owns the lines in the log that say who did what to which instance, and never a secret (contract 3.7). */

import type { UserRecord } from '../accounts/records.ts';
import type { Log } from '../ports.ts';
import type { InstanceRecord } from './records.ts';

/** On whose behalf something is done. */
export interface Caller {
  readonly user: UserRecord;
  readonly address?: string | undefined;
  readonly requestId?: string | undefined;
}

const WORDS = {
  create: 'an MQTT instance was created',
  'read-secret': 'passwords of MQTT instances were read',
  rotate: 'the password of an MQTT instance was rotated',
  disconnect: 'the clients of an MQTT instance were disconnected',
  update: 'an MQTT instance was changed',
  remove: 'an MQTT instance was removed',
} as const;

export type Audit = (
  action: keyof typeof WORDS,
  caller: Caller,
  about: InstanceRecord | readonly InstanceRecord[],
  more?: object,
) => void;

export function auditTo(log: Log): Audit {
  return (action, { user, address, requestId }, about, more = {}) => {
    const instances = [about].flat().map(({ id }) => id);
    const who = { by: user.username, owner: user.ownerId, address, requestId };
    // Reading is as frequent as looking at a list, and must not drown what changes.
    const tell = action === 'read-secret' ? log.debug : log.info;
    tell({ audit: `instances.${action}`, instances, ...who, ...more }, WORDS[action]);
  };
}
