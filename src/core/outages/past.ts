/** Owns how the past of one camera grows and what of it is given up: 90 days are kept, and 2,000 stretches of each condition. Pure. */

import { type Told, UNEXPLAINED } from './condition.ts';
import type { Condition, ConditionRecord, PastStretchRecord, Stretch } from './records.ts';

export interface Past {
  readonly now: ConditionRecord;
  /** The oldest first; they do not overlap. */
  readonly stretches: readonly PastStretchRecord[];
}

/** What became of a past, for whoever keeps it. */
export interface Growth {
  readonly past: Past;
  readonly ended?: PastStretchRecord;
  readonly given: readonly PastStretchRecord[];
}

const KEPT_MS = 90 * 24 * 60 * 60 * 1000;
/** Of each condition: whoever watches a camera often, or restarts something, must not push its falls out. */
const MOST = 2000;

/** Nothing is known of a camera before the first moment. */
export function beginning(cameraId: string, nowMs: number): Past {
  return {
    now: { id: cameraId, condition: 'idle', reason: null, fromMs: nowMs, knownSinceMs: nowMs },
    stretches: [],
  };
}

/** The same past while nothing has changed. A clock that was set back makes no stretch overlap another. */
export function turned(past: Past, told: Told, askedMs: number): Growth {
  const { now } = past;
  if (told.condition === now.condition && !isAnotherBlindness(now, told)) return explained(past, told);
  const atMs = Math.max(askedMs, now.fromMs);
  const next = { ...told, fromMs: atMs, ...fallOf(now, told.condition, atMs) };
  const present = { id: now.id, ...next, knownSinceMs: now.knownSinceMs };
  const isShown = now.condition !== 'up' && atMs > now.fromMs;
  if (!isShown) return { past: { ...past, now: present }, given: [] };
  const { knownSinceMs: _, ...stretch } = now;
  const ended = { ...stretch, id: stretchId(now), cameraId: now.id, toMs: atMs };
  const { past: bounded, given } = cut({ now: present, stretches: [...past.stretches, ended] }, atMs);
  return { past: bounded, ended, given };
}

/** Gives up what is too old, or too much: from there back nothing is known any more. */
export function cut(past: Past, nowMs: number): Growth {
  const { now, stretches } = past;
  const counts: Record<Condition, number> = { up: 0, down: 0, blind: 0, idle: 0 };
  const isKept = ({ condition, toMs }: PastStretchRecord) => {
    counts[condition] += 1;
    return toMs > nowMs - KEPT_MS && counts[condition] <= MOST;
  };
  const kept = stretches.toReversed().filter(isKept).reverse();
  if (kept.length === stretches.length) return { past, given: [] };
  const staying = new Set(kept);
  const given = stretches.filter((stretch) => !staying.has(stretch));
  const knownSinceMs = Math.max(now.knownSinceMs, ...given.map(({ toMs }) => toMs));
  return { past: { now: { ...now, knownSinceMs }, stretches: kept }, given };
}

/** Whether it is one that people look for; that nobody looked is none. */
export function isListed({ condition }: Stretch): boolean {
  return condition === 'down' || condition === 'blind';
}

/** No two stretches of a camera begin at one moment. */
export function stretchId({ id, fromMs }: ConditionRecord): string {
  return `${id}-${fromMs}`;
}

function isAnotherBlindness(now: ConditionRecord, told: Told): boolean {
  return told.condition === 'blind' && told.reason !== now.reason;
}

/** The cause of a fall may be found a moment after it. */
function explained(past: Past, { condition, reason }: Told): Growth {
  const isNews = condition === 'down' && past.now.reason === UNEXPLAINED && reason !== UNEXPLAINED;
  return { past: isNews ? { ...past, now: { ...past.now, reason } } : past, given: [] };
}

/** Whoever was down before we went blind, and is so after it, has fallen once; one that was up in between has risen. */
function fallOf({ fellMs }: ConditionRecord, next: Condition, atMs: number): Pick<Stretch, 'fellMs'> {
  if (next === 'down') return { fellMs: fellMs ?? atMs };
  return next === 'blind' && fellMs !== undefined ? { fellMs } : {};
}
