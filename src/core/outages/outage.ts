/** Owns what is told of a past: when the camera was down, and when we were blind to it. Pure. */

import { isListed, type Past, stretchId } from './past.ts';
import type { Stretch } from './records.ts';

export interface Outage {
  readonly id: string;
  readonly cameraId: string;
  readonly kind: 'down' | 'blind';
  readonly reason: string | null;
  readonly fromMs: number;
  /** Null while it lasts. */
  readonly toMs: number | null;
  /** When the camera fell; before `fromMs` where we were blind meanwhile. Null of our own blindness. */
  readonly fellMs: number | null;
}

/** The oldest first. */
export function* outagesOf({ now, stretches }: Past): Generator<Outage> {
  for (const stretch of stretches) {
    const { id, cameraId, toMs } = stretch;
    if (isListed(stretch)) yield { id, cameraId, ...told(stretch), toMs };
  }
  if (isListed(now)) yield { id: stretchId(now), cameraId: now.id, ...told(now), toMs: null };
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
  const isDown = condition === 'down';
  return { kind: isDown ? 'down' : 'blind', reason, fromMs, fellMs: isDown ? fellMs : null };
}
