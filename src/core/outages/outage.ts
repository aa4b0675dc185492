/** Owns what is told of a past: when the camera was down, when we were blind to it, and when nobody wanted it. Pure. */

import { isListed, type Past, stretchId } from './past.ts';
import type { Stretch } from './records.ts';

export interface Outage {
  readonly id: string;
  readonly cameraId: string;
  /** `idle` is none, and told only to whoever asks for it. */
  readonly kind: 'down' | 'blind' | 'idle';
  readonly reason: string | null;
  readonly fromMs: number;
  /** Null while it lasts. */
  readonly toMs: number | null;
  /** When the camera fell; before `fromMs` where we were blind meanwhile. Null of our own blindness. */
  readonly fellMs: number | null;
}

/** The oldest first. @param isIdle in place of outages, the times when nobody wanted the camera */
export function* outagesOf({ now, stretches }: Past, isIdle = false): Generator<Outage> {
  const isMeant = (stretch: Stretch) => (isIdle ? stretch.condition === 'idle' : isListed(stretch));
  for (const stretch of stretches) {
    const { id, cameraId, toMs } = stretch;
    if (isMeant(stretch)) yield { id, cameraId, ...told(stretch), toMs };
  }
  if (isMeant(now)) yield { id: stretchId(now), cameraId: now.id, ...told(now), toMs: null };
}

/** The latest time that the camera was down. */
export function lastFallOf(past: Past | undefined): Outage | undefined {
  if (!past) return undefined;
  const { now, stretches } = past;
  if (now.condition === 'down') return { id: stretchId(now), cameraId: now.id, ...told(now), toMs: null };
  const last = stretches.findLast(({ condition }) => condition === 'down');
  return last && { id: last.id, cameraId: last.cameraId, ...told(last), toMs: last.toMs };
}

function told(stretch: Stretch): Pick<Outage, 'kind' | 'reason' | 'fromMs' | 'fellMs'> {
  const { condition, reason, fromMs, fellMs = fromMs } = stretch;
  const kind = condition === 'up' ? 'idle' : condition;
  return { kind, reason, fromMs, fellMs: kind === 'down' ? fellMs : null };
}
