/** Owns bringing back what an earlier run has kept: all that still has a place goes where it was, and is noted again; the rest is forgotten. */

import type { Account } from '../../core/accounts/accounts.ts';
import { rootOf } from '../topic-root.ts';
import type { AccountUse } from './accounts/account-use.ts';
import type { Core } from './core.ts';
import type { KeptState, RetainedRecord, SessionRecord } from './kept/state.ts';

type Parts = Pick<Core, 'directory' | 'uses' | 'connections' | 'sessions' | 'retained' | 'wills' | 'clock' | 'log'>;

export function restore(core: Parts, state: KeptState): void {
  const nowMs = core.clock.now();
  // Who has been away longest comes first, as it was.
  const sessions = [...state.sessions.values()].sort((one, other) => sinceOf(one, nowMs) - sinceOf(other, nowMs));
  let count = 0;
  for (const session of sessions) if (restoreSession(core, session, nowMs)) count += 1;
  for (const retained of state.retained.values()) restoreRetained(core, retained, nowMs);
  if (state.sessions.size + state.retained.size === 0) return;
  core.log.info({ sessions: count, retained: core.retained.size }, 'the broker goes on with what it has kept');
}

/** Whoever was connected when everything ended has been away since now. */
function sinceOf({ facts: { awaySinceMs } }: SessionRecord, nowMs: number): number {
  return awaySinceMs ?? nowMs;
}

/** @returns false when it is past its time, or that of its account */
export function restoreSession(core: Parts, record: SessionRecord, nowMs: number): boolean {
  const { sessions, wills, connections, directory } = core;
  const { account, clientId, expirySeconds, awaySinceMs } = record.facts;
  if (account.kind === 'instance' && !directory.isInstanceRoot(account.username)) return false;
  const sinceMs = sinceOf(record, nowMs);
  const isOver = sinceMs + expirySeconds * 1000 <= nowMs;
  // One with a will ends in a moment, and the will is published then.
  if (isOver && record.will === undefined) return false;
  const session = sessions.begin(useOf(core, account), clientId);
  connections.remember(account);
  sessions.keepFor(session, expirySeconds);
  for (const granted of record.filters.values()) sessions.grant(session, granted);
  for (const packetId of record.received) session.receive(packetId);
  for (const owed of record.owed.values()) {
    // What the client has got it must get to its end.
    if (owed.isReleased || !owed.message.isExpired(nowMs)) session.restore(owed, awaySinceMs === undefined);
  }
  if (record.will !== undefined) wills.restore(session, record.will.will, record.will.dueAtMs);
  sessions.wait(session, sinceMs);
  return true;
}

/** As it logged in last, where several of its sessions are kept. */
function useOf({ uses, directory }: Parts, account: Account): AccountUse {
  const known = uses.of(account.key);
  if (known !== undefined && known.account.generation > account.generation) return known;
  return uses.open(directory.recall(account));
}

function restoreRetained({ directory, retained }: Parts, record: RetainedRecord, nowMs: number): void {
  const { message, isOfInstance } = record;
  // Of an instance that is no more; or from before there was one of this name, which must not have it.
  if (directory.isInstanceRoot(rootOf(message.topic)) !== isOfInstance) return;
  if (!message.isExpired(nowMs)) retained.store(message);
}
