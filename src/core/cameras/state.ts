/** Owns what an observation makes of a camera's facts: a pure reducer, edge-triggered and idempotent. It alone makes events. */

import type { CameraEventName } from '../../protocol/events.ts';
import type { CameraFacts } from './facts.ts';
import { changed, feedGone, feedReady, forget, readersSeen, type Tell } from './feed.ts';
import { countFall, judge } from './judgement.ts';
import type { Extension, LookedAt, Noticed, Observation, Sign } from './observation.ts';

/** An event that an observation turned out to be, before it has an entity and a number. */
export interface Transition {
  readonly event: CameraEventName;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Whoever tells of them repeats them within minutes; more than any camera notices by then, and more than are fetched at a time. */
const MOST_NOTICED = 96;

/** The same fact twice changes nothing and makes no event. */
export function reduce(before: CameraFacts, seen: Observation): { facts: CameraFacts; transitions: Transition[] } {
  if (seen.kind === 'noticed') return noticed(before, seen);
  const transitions: Transition[] = [];
  const nowMs = Date.parse(seen.at);
  const observed = observe(before, seen, nowMs, (event, details = {}) => {
    transitions.push({ event, details: { ...seen.details, ...details } });
  });
  const counted = countFall(before, observed, nowMs);
  const { online, reason } = judge(counted, nowMs);
  const facts = changed(counted, { online, reason });
  const turn = turnOf(facts);
  const told = transitions.map((transition) => explained(transition, reason));
  return turn
    ? { facts: { ...facts, downFor: turn.downFor }, transitions: [...told, turn.transition] }
    : { facts, transitions: told };
}

/** Its moment may be long past: nothing is judged by it. */
function noticed(facts: CameraFacts, { what, key, details = {} }: Noticed) {
  if (key !== undefined && facts.noticed.includes(key)) return { facts, transitions: [] };
  const known = key === undefined ? facts.noticed : [...facts.noticed, key].slice(-MOST_NOTICED);
  return { facts: { ...facts, noticed: known }, transitions: [{ event: what, details }] };
}

function observe(facts: CameraFacts, seen: Sign, nowMs: number, tell: Tell): CameraFacts {
  switch (seen.kind) {
    case 'demand':
    case 'unDemand':
      if (facts.demanded === (seen.kind === 'demand')) return facts;
      tell(seen.kind);
      return { ...facts, demanded: !facts.demanded };
    case 'ready':
      return feedReady(facts, seen, tell);
    case 'notReady':
      return feedGone(facts, seen, nowMs, tell);
    case 'stalled':
      if (!facts.ready) return facts;
      tell('stalled');
      return feedGone(facts, { ...seen, kind: 'notReady', absence: 'stalled' }, nowMs, tell);
    case 'unknown':
      return changed(facts, { doubt: seen.reason });
    case 'read':
    case 'unread':
      return readersSeen(facts, seen, tell);
    case 'look':
      return looked(facts, seen, nowMs);
    case 'rejected':
    case 'accepted':
      return changed(facts, { isRejected: seen.kind === 'rejected' });
    case 'reset':
      return forget(facts, seen.at, tell);
    case 'time':
      return facts;
    case 'extended':
    case 'failed-extension':
      return extended(facts, seen, tell);
  }
}

function looked(facts: CameraFacts, { finding }: LookedAt, nowMs: number): CameraFacts {
  const { look, ready, missing } = facts;
  // While it is pulled, what a look finds may soon be the cause of something.
  const isNews = look?.finding !== finding || (ready && finding !== 'up');
  const isFound = finding === 'up' && missing?.isWanted === false;
  return changed(facts, {
    look: isNews ? { finding, atMs: nowMs } : look,
    missing: isFound ? null : missing,
    pending: null,
  });
}

function extended(facts: CameraFacts, seen: Extension, tell: Tell): CameraFacts {
  const extension = { expiresAt: seen.expiresAt, failed: seen.kind === 'failed-extension' };
  const { expiresAt, failed } = facts.extension ?? {};
  if (expiresAt === extension.expiresAt && failed === extension.failed) return facts;
  tell(seen.kind, seen.kind === 'extended' ? { expiresAt: seen.expiresAt } : { error: seen.error });
  return { ...facts, extension };
}

/** Why a feed went is known only when everything was seen. */
function explained(transition: Transition, reason: string | null): Transition {
  const { event, details } = transition;
  return event === 'notReady' ? { event, details: { ...details, reason } } : transition;
}

/** That a camera is down, or is back, is told once; with the reason for which it is, or was. */
function turnOf({ online, reason, downFor }: CameraFacts) {
  if (online === false && downFor === null) {
    return { transition: { event: 'offline', details: { reason } }, downFor: reason } as const;
  }
  // What comes and goes all the time is not back because it has just come.
  if (online === true && reason === null && downFor !== null) {
    return { transition: { event: 'online', details: { reason: downFor } }, downFor: null } as const;
  }
  return undefined;
}
