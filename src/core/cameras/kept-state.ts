/** Owns what is kept of a camera's facts over a restart, and what is made of it then: something to compare with, no truth. */

import { type CameraFacts, readerKey, UNSEEN } from './facts.ts';
import type { CameraStateRecord } from './records.ts';

export function keptState(id: string, facts: CameraFacts, seq: number): CameraStateRecord {
  const { ready, demanded, since, reason, readers, downFor, fallsMs, noticed } = facts;
  return {
    ...{ id, ready, demanded, since, reason, seq },
    ...(readers.size > 0 && { readers: [...readers.values()] }),
    ...(downFor !== null && { downFor }),
    ...(fallsMs.length > 0 && { fallsMs }),
    ...(noticed.length > 0 && { noticed }),
  };
}

export function restoredFacts(saved: CameraStateRecord | undefined, pending: CameraFacts['pending']): CameraFacts {
  if (!saved) return pending === null ? UNSEEN : { ...UNSEEN, pending, reason: 'starting' };
  const { ready, demanded, since, reason, readers = [], downFor = null, fallsMs = [], noticed = [] } = saved;
  // What was told to be down is so until something speaks for it.
  const isMissing = !ready && (reason === 'no-feed' || downFor !== null);
  return {
    ...UNSEEN,
    ...{ ready, demanded, since, downFor, fallsMs, noticed, pending },
    readers: new Map(readers.map((reader) => [readerKey(reader), reader])),
    online: pending === null && ready ? true : null,
    reason: pending === null ? reason : 'starting',
    isStalled: reason === 'stalled',
    isFlapping: reason === 'flapping',
    // Nobody may come to ask for it again, and it was missing then.
    missing: isMissing ? { verdictAtMs: 0, isLost: true, isWanted: false } : null,
  };
}
