/**
 * Owns what happens to messages that others put into the queues of sessions that are here: the client gets them, in their order. Where one
 * may have been missed, what is told from then on waits until the queues are read again, however often that takes.
 */

import type { Kept, Shelf } from '../../../../core/cluster/shelf.ts';
import type { Clock, Log } from '../../../../core/ports.ts';
import type { Session } from '../../sessions/session.ts';
import type { Here } from '../backbone.ts';
import { sessionKey } from './elsewhere.ts';
import { owedOf } from './found-session.ts';
import type { SharedKeeper } from './keeper.ts';

interface Parts {
  readonly keeper: Pick<SharedKeeper, 'admit' | 'hasMissed' | 'sessionsOf'>;
  readonly shelf: Pick<Shelf, 'readAt'>;
  /** Of sessions that are about to be here. */
  readonly early: Map<string, Kept[]>;
  readonly here: () => Pick<Here, 'session'> | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Queued {
  tell(bucket: string, kept: Kept | 'again'): void;
  /** How often something may have been missed until now: who begins to read a queue compares when its session is here. */
  readonly gaps: number;
}

/** The queues of an account are read, or are to be. */
interface Look {
  /** Something may have been missed since it was begun. */
  isDue: boolean;
  /** Told meanwhile: what is read is before it, and would count as known behind it. */
  readonly told: Kept[];
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

export function createQueued({ keeper, shelf, early, here, clock, log }: Parts): Queued {
  const looks = new Map<string, Look>();
  let gaps = 0;

  function tell(bucket: string, kept: Kept | 'again'): void {
    const look = looks.get(bucket);
    if (kept === 'again') {
      gaps += 1;
      if (look === undefined) begin(bucket);
      else look.isDue = true;
    } else if (look !== undefined) look.told.push(kept);
    else take(bucket, kept);
  }

  function take(bucket: string, kept: Kept): void {
    const [, accountKey = '', clientId = ''] = kept.key;
    const session = here()?.session(accountKey, clientId);
    if (session === undefined) early.get(sessionKey(accountKey, clientId))?.push(kept);
    else if (keeper.hasMissed(session, kept)) begin(bucket, kept);
    else deliver(session, kept);
  }

  function deliver(session: Session, kept: Kept): void {
    if (!keeper.admit(session, kept)) return;
    session.restore(owedOf(kept), false);
    session.pump();
  }

  function begin(bucket: string, ...told: Kept[]): void {
    const look = { isDue: true, told };
    looks.set(bucket, look);
    void read(bucket, look);
  }

  async function read(bucket: string, look: Look): Promise<void> {
    /** Told before it was read the last time: in what was read, or gone since. */
    let covered = 0;
    for (let pauseMs = FIRST_PAUSE_MS; look.isDue; ) {
      look.isDue = false;
      covered = look.told.length;
      try {
        await readOnce(bucket);
        pauseMs = FIRST_PAUSE_MS;
      } catch (error) {
        log.warn({ err: error }, 'queues could not be read again, trying on');
        look.isDue = true;
        await new Promise<void>((resolve) => clock.after(pauseMs, resolve));
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
    }
    looks.delete(bucket);
    // What is told of its session has nothing missing before it any more.
    for (const { previous: _, ...kept } of look.told.splice(0, covered)) take(bucket, kept);
    for (const kept of look.told) tell(bucket, kept);
  }

  async function readOnce(bucket: string): Promise<void> {
    for (const { session, key } of keeper.sessionsOf(bucket)) {
      for (const kept of await shelf.readAt(key)) deliver(session, kept);
    }
  }

  return {
    tell,
    get gaps() {
      return gaps;
    },
  };
}
