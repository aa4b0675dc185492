/** Owns the wills of clients that have gone without a word (MQTT 5.0, 3.1.2.5): each published once, at once or after its delay. */

import type { Clock } from '../../../core/ports.ts';
import { createDeadlines, type Deadlines } from '../../../core/timing/deadlines.ts';
import type { Keeper, PendingWill } from '../kept/keeper.ts';
import type { Will } from '../packets/packet.ts';
import type { Session } from './session.ts';

interface Pending extends PendingWill {
  readonly session: Session;
}

export interface Wills {
  /** @param session ends now, or is kept: a will never waits longer than its session (3.1.3-9) */
  pend(session: Session, will: Will): void;
  /** From an earlier run. @param dueAtMs milliseconds since 1970; may be past */
  restore(session: Session, will: Will, dueAtMs: number): void;
  /** The client is back in time. */
  cancel(of: OfSession): void;
  /** The session ends now. */
  publishNow(of: OfSession): void;
  /** What has lost its right to speak keeps silent. */
  silence(session: Session): void;
  close(): void;
}

type OfSession = Pick<Session, 'account' | 'clientId'>;

interface Parts {
  readonly clock: Clock;
  readonly keeper: Keeper;
  readonly publish: (session: Session, will: Will) => void;
}

export function createWills({ clock, keeper, publish }: Parts): Wills {
  const pending = new Map<string, Pending>();
  const deadlines: Deadlines = createDeadlines(clock, (key) => {
    const due = take(key);
    if (due !== undefined) publish(due.session, due.will);
  });

  function take(key: string): Pending | undefined {
    const found = pending.get(key);
    if (found === undefined) return undefined;
    pending.delete(key);
    deadlines.set(key, undefined);
    keeper.willGone(found);
    return found;
  }

  function wait(session: Session, will: Will, dueAtMs: number): void {
    const one = { session, will, dueAtMs };
    pending.set(keyOf(session), one);
    deadlines.set(keyOf(session), dueAtMs);
    keeper.willPending(one);
  }

  return {
    pend(session, will) {
      if (will.delaySeconds === 0 || !session.isKept) {
        publish(session, will);
        return;
      }
      wait(session, will, clock.now() + Math.min(will.delaySeconds, session.expirySeconds) * 1000);
    },
    restore: wait,
    cancel: (session) => void take(keyOf(session)),
    silence: (session) => void take(keyOf(session)),
    publishNow(session) {
      const due = take(keyOf(session));
      if (due !== undefined) publish(due.session, due.will);
    },
    close: () => deadlines.close(),
  };
}

function keyOf({ account, clientId }: OfSession): string {
  return `${account}\n${clientId}`;
}
