/** Owns the end of a broker that has left without a word: its clients have been away since then, and their wills are due. */

import type { Shelf } from '../../../../core/cluster/shelf.ts';
import type { Clock, Log } from '../../../../core/ports.ts';
import type { Here } from '../backbone.ts';
import type { Fence } from '../fence.ts';
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
/** Two beats of the others, and more: by then we have heard who lives. */
const HEARD_MS = 3000;
const AGAIN_MS = 500;

interface LookSetup {
  readonly adopt: () => Promise<void>;
  readonly fence: Pick<Fence, 'steadyMs'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Looks once a broker is gone: not before we know that it is that one and not we ourselves, and again until all is seen to. */
export function lookAfter({ adopt, fence, clock, log }: LookSetup): { soon(): void; close(): void } {
  let isDue = false;
  let isLooking = false;
  let isClosed = false;
  let cancel = () => {};

  async function look(): Promise<void> {
    if (isLooking) return;
    if (fence.steadyMs < HEARD_MS) return later();
    [isLooking, isDue] = [true, false];
    try {
      await adopt();
    } catch (error) {
      log.warn({ err: error }, 'what a bridge has left that is none any more could not be seen to, trying on');
      isDue = true;
    }
    isLooking = false;
    if (isDue) later();
  }

  function later(): void {
    cancel();
    if (isClosed) return;
    cancel = clock.after(AGAIN_MS, () => void look());
  }

  return {
    soon() {
      isDue = true;
      void look();
    },
    close() {
      isClosed = true;
      cancel();
    },
  };
}

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
