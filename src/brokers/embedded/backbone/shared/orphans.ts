/** Owns the end of a broker that has left without a word: its clients have been away since then, and their wills are due. */

import type { Shelf } from '../../../../core/cluster/shelf.ts';
import type { Clock } from '../../../../core/ports.ts';
import type { Here } from '../backbone.ts';
import { nameOf } from '../names.ts';
import type { LastWills } from './last-wills.ts';
import type { Outgoing } from './outgoing.ts';
import { readSession, writeSession } from './records.ts';

interface Parts {
  readonly sessions: Shelf;
  readonly wills: LastWills;
  readonly outgoing: Outgoing;
  readonly clock: Clock;
}

const SPARE_SECONDS = 60;

export async function adoptOrphans(parts: Parts, isGone: (at: string) => boolean, here: Here): Promise<void> {
  await parts.wills.sayOf(isGone, here);
  const { sessions, outgoing, clock } = parts;
  for (const { key, bytes, position } of await sessions.read([])) {
    const [, accountKey = '', clientId = ''] = key;
    if (bytes.length === 0 || here.session(accountKey, clientId) !== undefined) continue;
    const session = readSession(bytes);
    if (session.facts.awaySinceMs !== undefined || !isGone(session.at)) continue;
    const facts = { ...session.facts, awaySinceMs: clock.now() };
    const lifetimeSeconds = facts.expirySeconds + SPARE_SECONDS;
    outgoing.write(nameOf('sessions', ...key), sessions, key, () => {
      // Its client may be somewhere by now.
      return { bytes: writeSession({ ...session, facts, mayBeThere: true }), lifetimeSeconds, behind: position };
    });
  }
}
