/** Owns what the facts of a camera come to: whether it can be reached, what is wrong, and whether it falls too often. Pure. */

import { type CameraFacts, isFault } from './facts.ts';

export type Judgement = Pick<CameraFacts, 'online' | 'reason'>;

/** A camera that was told to go this often within the window is flapping, until it has not for as long. */
const FALLS = 5;
const WINDOW_MS = 10 * 60_000;
/** Whoever was to say what time has made of a camera is gone, or could not store it: whoever says it now has looked by then, and may know better. */
const LOOK_MS = 5000;

/** What is certain comes first. */
export function judge(facts: CameraFacts, nowMs: number): Judgement {
  const { pending, doubt, ready, isStalled, isRejected, isFlapping, look, missing } = facts;
  if (pending !== null) return { online: null, reason: doubt ?? 'starting' };
  if (doubt !== null) return { online: null, reason: doubt };
  if (isStalled) return { online: false, reason: 'stalled' };
  if (ready) return { online: true, reason: isFlapping ? 'flapping' : null };
  if (isRejected) return { online: false, reason: 'rejected' };
  if (look !== null && isFault(facts)) return { online: false, reason: look.finding };
  const reason = isFlapping ? 'flapping' : null;
  if (missing && nowMs >= missing.verdictAtMs) return { online: false, reason: reason ?? 'no-feed' };
  // It may come back in a moment; if it comes and goes all the time, that is what is wrong.
  if (missing?.isLost) return { online: !isFlapping, reason: reason ?? 'no-feed' };
  return { online: look === null ? null : true, reason };
}

/** Counts a fall, if it is one, and forgets those of long ago. */
export function countFall(before: CameraFacts, after: CameraFacts, nowMs: number): CameraFacts {
  const isRecent = (atMs: number) => nowMs - atMs < WINDOW_MS;
  const hasFallen = isFall(before, after, nowMs);
  if (!hasFallen && after.fallsMs.every(isRecent)) return after;
  const fallsMs = [...after.fallsMs.filter(isRecent), ...(hasFallen ? [nowMs] : [])].slice(-FALLS - 1);
  return { ...after, fallsMs, isFlapping: fallsMs.length > FALLS || (after.isFlapping && fallsMs.length > 0) };
}

/**
 * A feed that goes though somebody wants it, or a camera that nobody wanted and that is not there any more. What went while whoever carries it
 * was gone is no fall of the camera.
 */
function isFall(before: CameraFacts, after: CameraFacts, nowMs: number): boolean {
  if (before.doubt !== null) return false;
  if (after.doubt !== null || after.ready || after.pending !== null) return false;
  if (before.ready) return after.missing !== null || after.isStalled || isFault(after);
  return before.online === true && before.missing === null && judge(after, nowMs).online === false;
}

/** When time alone changes the judgement; undefined: never. What it should have changed already it changes after the next look. */
export function judgedAgainAtMs(facts: CameraFacts, nowMs: number): number | undefined {
  const { missing, isFlapping, fallsMs } = facts;
  const verdictAtMs = missing && missing.verdictAtMs > nowMs ? missing.verdictAtMs : Number.POSITIVE_INFINITY;
  const lastMs = fallsMs.at(-1);
  const calmAtMs = isFlapping && lastMs !== undefined ? lastMs + WINDOW_MS : Number.POSITIVE_INFINITY;
  const { online, reason } = judge(facts, nowMs);
  const isOverdue = calmAtMs <= nowMs || online !== facts.online || reason !== facts.reason;
  const atMs = isOverdue ? nowMs + LOOK_MS : Math.min(verdictAtMs, calmAtMs);
  return atMs === Number.POSITIVE_INFINITY ? undefined : atMs;
}
