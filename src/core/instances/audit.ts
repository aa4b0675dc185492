/** Owns the lines in the log that say who did what to which instance, and never a secret (contract 3.7). */

import type { UserRecord } from '../accounts/records.ts';
import type { Log } from '../ports.ts';
import type { InstanceRecord } from './records.ts';

/** On whose behalf something is done. */
export interface Caller {
  readonly user: UserRecord;
  readonly address?: string | undefined;
  readonly requestId?: string | undefined;
  /** Whose instances are meant: the own ones when absent. Only an administrator may be let further. */
  readonly reach?: 'own' | 'everybody' | undefined;
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
    const records = [about].flat();
    const instances = records.map(({ id }) => id);
    const { owner = user.ownerId } = records[0] ?? {};
    const who = { by: user.username, owner, address, requestId };
    // Reading the own ones is as frequent as looking at a list, and must not drown what changes.
    const tell = action === 'read-secret' && owner === user.ownerId ? log.debug : log.info;
    tell({ audit: `instances.${action}`, instances, ...who, ...more }, WORDS[action]);
  };
}
