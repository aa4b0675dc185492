/** Owns which sessions there are: begins them, keeps them for their time without a connection, and ends them with all that is theirs. */

import type { Clock } from '../../../core/ports.ts';
import { createDeadlines, type Deadlines } from '../../../core/timing/deadlines.ts';
import type { AccountUse } from '../accounts/account-use.ts';
import type { AccountUses } from '../accounts/account-uses.ts';
import type { Keeper } from '../kept/keeper.ts';
import type { Routes } from '../routes/routes.ts';
import type { Tally } from '../tally.ts';
import type { Granted } from './granted.ts';
import { Session } from './session.ts';
import type { Wills } from './wills.ts';

interface Parts {
  readonly uses: AccountUses;
  readonly routes: Routes;
  readonly wills: Wills;
  readonly keeper: Keeper;
  readonly tally: Tally;
  readonly clock: Clock;
}

export class Sessions {
  readonly #parts: Parts;
  readonly #expiries: Deadlines;
  readonly #away = new Map<string, Session>();
  /** By account and client id; of those that are away the one that has been so longest comes first. */
  readonly #accounts = new Map<string, Map<string, Session>>();
  #keepsAll = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#expiries = createDeadlines(parts.clock, (key) => {
      const session = this.#away.get(key);
      if (session !== undefined) this.end(session);
    });
  }

  /** How many wait for their clients. */
  get away(): number {
    return this.#away.size;
  }

  /** Of a client that has no connection any more; `keepFor` is to follow. @param cleanStart what was there ends (MQTT 5.0, 3.1.2.4) */
  open(use: AccountUse, clientId: string, cleanStart: boolean): { session: Session; present: boolean } {
    const known = this.find(use.account.key, clientId);
    if (known !== undefined && cleanStart) this.end(known);
    else if (known !== undefined) {
      this.#return(known);
      return { session: known, present: true };
    }
    return { session: this.begin(use, clientId), present: false };
  }

  begin(use: AccountUse, clientId: string): Session {
    const { keeper, tally, clock } = this.#parts;
    const session = new Session(use, clientId, { keeper, tally, clock });
    this.#ofAccount(session.account).set(clientId, session);
    use.holders += 1;
    return session;
  }

  /** How long it is kept from now on, in seconds. */
  keepFor(session: Session, expirySeconds: number): void {
    const { keeper } = this.#parts;
    if (session.isKept && expirySeconds === 0) keeper.ended(session);
    const isNew = !session.isKept && expirySeconds > 0;
    session.expirySeconds = expirySeconds;
    if (!session.isKept) return;
    keeper.opened(session);
    if (isNew) for (const granted of session.filters.values()) keeper.subscribed(session, granted);
  }

  /** Its connection is gone: it ends, or waits for its client. */
  leave(session: Session): void {
    session.suspend();
    if (!session.isKept) {
      this.end(session);
      return;
    }
    const { keeper, clock } = this.#parts;
    this.wait(session, clock.now());
    if (keeper.isShared) this.#part(session);
    if (this.#keepsAll) return;
    const { account, limits } = session.use;
    if (keeper.isShared) keeper.limitAway(account, limits.offlineSessions);
    else this.#limitAway(session.account, limits.offlineSessions);
  }

  wait(session: Session, sinceMs: number): void {
    const { account, clientId } = session;
    session.awaySinceMs = sinceMs;
    // Moved to the end: the one that has been away longest comes first.
    const sessions = this.#ofAccount(account);
    sessions.delete(clientId);
    sessions.set(clientId, session);
    this.#away.set(keyOf(session), session);
    this.#expiries.set(keyOf(session), sinceMs + session.expirySeconds * 1000);
    this.#parts.keeper.opened(session);
  }

  end(session: Session): void {
    if (!this.#remove(session)) return;
    this.#parts.wills.publishNow(session);
    session.end();
    this.#release(session);
  }

  /** @returns false when the account has too many filters, or the session more than can be kept */
  grant(session: Session, granted: Granted): boolean {
    const { use, filters } = session;
    const isNew = !filters.has(granted.filter);
    if (isNew && use.filters >= use.limits.filters) return false;
    if (session.isKept && !this.#parts.keeper.maySubscribe(session, granted)) return false;
    if (isNew) use.filters += 1;
    filters.set(granted.filter, granted);
    this.#parts.routes.add(session, granted);
    if (session.isKept) this.#parts.keeper.subscribed(session, granted);
    return true;
  }

  /** @returns false when there was no such subscription */
  revoke(session: Session, filter: string): boolean {
    if (!session.filters.delete(filter)) return false;
    session.use.filters -= 1;
    this.#parts.routes.delete(session, filter);
    if (session.isKept) this.#parts.keeper.unsubscribed(session, filter);
    return true;
  }

  find(account: string, clientId: string): Session | undefined {
    return this.#accounts.get(account)?.get(clientId);
  }

  of(account: string): Session[] {
    return [...(this.#accounts.get(account)?.values() ?? [])];
  }

  /** All are about to leave, and none of its own will: from now on none is forgotten for another. */
  keepAll(): void {
    this.#keepsAll = true;
  }

  close(): void {
    this.#expiries.close();
  }

  #limitAway(account: string, most: number): void {
    const away = this.of(account).filter(({ awaySinceMs }) => awaySinceMs !== undefined);
    const [longest] = away;
    if (longest !== undefined && away.length > most) this.end(longest);
  }

  /** It is kept where every broker finds it. */
  #part(session: Session): void {
    this.#parts.keeper.left(session);
    if (!this.#remove(session)) return;
    session.discard();
    this.#release(session);
  }

  /** @returns false when it is not there any more */
  #remove(session: Session): boolean {
    const { use, account, clientId } = session;
    const sessions = this.#ofAccount(account);
    const isThere = sessions.get(clientId) === session;
    if (isThere) {
      this.#forgetAbsence(session);
      sessions.delete(clientId);
      for (const filter of session.filters.keys()) this.#parts.routes.delete(session, filter);
      use.filters -= session.filters.size;
      session.filters.clear();
    }
    if (sessions.size === 0) this.#accounts.delete(account);
    return isThere;
  }

  #release({ use }: Session): void {
    use.holders -= 1;
    this.#parts.uses.release(use);
  }

  #return(session: Session): void {
    this.#forgetAbsence(session);
    this.#parts.wills.cancel(session);
  }

  #ofAccount(account: string): Map<string, Session> {
    const sessions = this.#accounts.get(account) ?? new Map<string, Session>();
    this.#accounts.set(account, sessions);
    return sessions;
  }

  #forgetAbsence(session: Session): void {
    session.awaySinceMs = undefined;
    this.#away.delete(keyOf(session));
    this.#expiries.set(keyOf(session), undefined);
  }
}

function keyOf({ account, clientId }: Session): string {
  return `${account}\n${clientId}`;
}
