/** Owns how a feed comes and goes, and when one that is gone counts as missing. Pure. */

import type { CameraEventName } from '../../protocol/events.ts';
import { type CameraFacts, isFault, type Missing, type Reader, readerKey, UNSEEN } from './facts.ts';
import type { NotReady, ReaderSeen, Ready } from './observation.ts';

export type Tell = (event: CameraEventName, details?: object) => void;

/** Whoever pulls a camera takes less, or gives up. */
const GRACE_MS = 10_000;
/** A look at the camera that is older says nothing of why its feed goes now. */
const CAUSE_AGE_MS = 15_000;

export function feedReady(facts: CameraFacts, { at, since = at, onDemand = false }: Ready, tell: Tell): CameraFacts {
  const demanded = facts.demanded || onDemand;
  if (demanded && !facts.demanded) tell('demand');
  if (!facts.ready) tell('ready');
  return changed(facts, {
    ready: true,
    demanded,
    since: facts.ready ? facts.since : since,
    pending: null,
    doubt: null,
    isRejected: false,
    isStalled: false,
    missing: null,
    // What was wrong with the camera is not any more; while it is pulled, a look is for what comes next.
    look: isFault(facts) && !facts.ready ? null : facts.look,
  });
}

export function feedGone(facts: CameraFacts, seen: NotReady, nowMs: number, tell: Tell): CameraFacts {
  const gone = facts.ready ? withoutFeed(facts, seen.at, tell) : facts;
  const { absence, doubt } = seen;
  if (doubt !== undefined) return changed(gone, { doubt, missing: null });
  const pending = gone.pending === 'feed' ? null : gone.pending;
  if (absence === undefined) return changed(gone, { pending });
  const isStalled = absence === 'stalled';
  const missing = isStalled ? null : missingNow(facts, seen, nowMs);
  return changed(gone, { pending, doubt: null, isStalled, missing, look: lookNow(facts, missing, nowMs) });
}

export function readersSeen(facts: CameraFacts, { kind, reader }: ReaderSeen, tell: Tell): CameraFacts {
  const key = readerKey(reader);
  if (facts.readers.has(key) === (kind === 'read')) return facts;
  tell(kind, readerDetails(reader));
  const readers = new Map(facts.readers);
  if (kind === 'read') readers.set(key, reader);
  else readers.delete(key);
  return { ...facts, readers };
}

/** What was told of the camera stays told. */
export function forget(facts: CameraFacts, at: string, tell: Tell): CameraFacts {
  const { since } = facts.ready ? withoutFeed(facts, at, tell) : facts;
  if (!facts.ready) for (const reader of facts.readers.values()) tell('unread', readerDetails(reader));
  if (facts.demanded) tell('unDemand');
  const { extension, downFor, noticed } = facts;
  return { ...UNSEEN, ...(extension && { extension }), since, downFor, noticed };
}

/** Nobody can read what is gone: the readers leave first. */
function withoutFeed(facts: CameraFacts, at: string, tell: Tell): CameraFacts {
  for (const reader of facts.readers.values()) tell('unread', readerDetails(reader));
  tell('notReady');
  return { ...facts, ready: false, readers: new Map(), since: at };
}

function missingNow(facts: CameraFacts, seen: NotReady, nowMs: number): Missing | null {
  const { absence, graceMs = GRACE_MS, isWaited = false } = seen;
  const { missing, ready: isLost, look } = facts;
  const isWanted = absence === 'wanted';
  if (absence === 'idle') {
    // Who wanted it has left before it was late. What was found missing is so until something speaks for it.
    const isOver = missing?.isWanted && (nowMs < missing.verdictAtMs || look?.finding === 'up');
    return missing && !isOver ? withWanted(missing, false) : null;
  }
  if (missing) return withWanted(missing, isWanted);
  if (!isWanted && !isLost) return null;
  // Of a camera that is down already nothing is said to be better meanwhile.
  const isKnown = isWaited || facts.isStalled || facts.downFor !== null;
  return { verdictAtMs: isKnown ? nowMs : nowMs + graceMs, isLost, isWanted };
}

function withWanted(missing: Missing, isWanted: boolean): Missing {
  return missing.isWanted === isWanted ? missing : { ...missing, isWanted };
}

function lookNow(facts: CameraFacts, missing: Missing | null, nowMs: number): CameraFacts['look'] {
  const { look, ready } = facts;
  if (!ready || !look) return look;
  // That it was there before says nothing when its feed goes.
  if (look.finding === 'up') return missing ? null : look;
  return nowMs - look.atMs <= CAUSE_AGE_MS ? look : null;
}

function readerDetails({ type, id }: Reader): object {
  return { readerType: type, readerId: id };
}

/** The same object while nothing differs. */
export function changed(facts: CameraFacts, to: Partial<CameraFacts>): CameraFacts {
  const keys = Object.keys(to) as (keyof typeof to)[];
  return keys.every((key) => facts[key] === to[key]) ? facts : { ...facts, ...to };
}
