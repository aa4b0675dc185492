/** Owns how many kept sessions an account may have that wait for their clients, at all brokers together: the one that has been away longest is forgotten. */

import type { Account } from '../../../core/accounts/accounts.ts';
import type { Shelf } from '../../../core/cluster/shelf.ts';
import type { Clock } from '../../../core/ports.ts';
import type { SessionFacts } from '../kept/changes.ts';
import { bucketOfAccount, nameOf } from './names.ts';
import type { Absent, Elsewhere } from './shared/elsewhere.ts';
import type { Outgoing } from './shared/outgoing.ts';
import type { Queues } from './shared/queues.ts';
import { readSession } from './shared/records.ts';

interface Parts {
  readonly sessions: Pick<Shelf, 'last' | 'put'>;
  readonly elsewhere: Elsewhere;
  readonly outgoing: Outgoing;
  readonly queues: Pick<Queues, 'clear'>;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly newMark: () => string;
  /** What stood of it where it was before it came is not looked at any more. */
  readonly isHere: (facts: SessionFacts) => boolean;
}

const GONE = Buffer.alloc(0);
/** Where another broker was first, we are told by then who has left there. */
const TOLD_MS = 1000;

/** @returns what is to be called when one has left: as far as sessions are known here, one is forgotten where there are more than `most` */
export function createAwayLimit(parts: Parts): (account: Account, most: number) => void {
  const { sessions, elsewhere, outgoing, queues, clock, newMark, isHere } = parts;
  /** Others that leave meanwhile make others go. */
  const ending = new Set<Absent>();

  function longestOf(account: Account, most: number): Absent | undefined {
    const known = elsewhere.awayOf(bucketOfAccount(account), account.key, clock.now());
    if (known.length <= most) return undefined;
    const away = known.filter((one) => !ending.has(one) && !isHere(one.facts));
    return away.length > most ? away[0] : undefined;
  }

  /** @returns whether one is gone, or need not go; else what is known is better known now */
  async function endLongest(account: Account, most: number): Promise<boolean> {
    const longest = longestOf(account, most);
    if (longest === undefined) return true;
    ending.add(longest);
    try {
      return await end(longest);
    } finally {
      ending.delete(longest);
    }
  }

  async function end(absent: Absent): Promise<boolean> {
    const { account, clientId } = absent.facts;
    const bucket = bucketOfAccount(account);
    const key = [bucket, account.key, clientId] as const;
    await outgoing.quiet(nameOf('sessions', ...key));
    const found = await sessions.last(key);
    const session = found === undefined || found.bytes.length === 0 ? undefined : readSession(found.bytes);
    const isAsKnown = session?.born === absent.born && session.facts.awaySinceMs !== undefined;
    // Its client may come to another broker just now: then it is left alone.
    const terms = { behind: found?.position ?? 0 };
    const isEnded = isAsKnown && typeof (await sessions.put(key, GONE, newMark(), terms)) === 'number';
    const isStillKnown = elsewhere.has(bucket, absent);
    if (isEnded) queues.clear([...key, absent.born]);
    if (isStillKnown && (isEnded || session === undefined)) elsewhere.remove(bucket, account.key, clientId);
    else if (isStillKnown && session !== undefined) elsewhere.put(bucket, session);
    return isEnded;
  }

  async function limit(account: Account, most: number): Promise<void> {
    while ((await outgoing.persist(() => endLongest(account, most))) === false) {
      await new Promise<void>((resolve) => clock.after(TOLD_MS, resolve));
    }
  }

  return (account, most) => {
    if (longestOf(account, most) !== undefined) void limit(account, most);
  };
}
