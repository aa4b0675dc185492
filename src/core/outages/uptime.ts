/** Owns how much of the last time a camera was up, was down, and was seen by nobody. Pure. */

import type { Past } from './past.ts';
import type { Condition } from './records.ts';

/** Parts of a window that ends now; together they are the window. */
export interface Uptime {
  readonly upMs: number;
  readonly downMs: number;
  /** We were blind, nobody looked, or it is longer ago than anything that is known. */
  readonly blindMs: number;
  /** Of the time that is known of, 0 to 1; null where none is. */
  readonly ratio: number | null;
}

const HOUR_MS = 60 * 60 * 1000;
/** By their names on the wire. */
export const WINDOWS_MS = { '24h': 24 * HOUR_MS, '7d': 7 * 24 * HOUR_MS, '30d': 30 * 24 * HOUR_MS } as const;
export type WindowName = keyof typeof WINDOWS_MS;

export function uptimeOf(past: Past | undefined, windowMs: number, nowMs: number): Uptime {
  if (!past) return { upMs: 0, downMs: 0, blindMs: windowMs, ratio: null };
  const { now, stretches } = past;
  const beginMs = nowMs - windowMs;
  const knownMs = Math.min(nowMs, Math.max(beginMs, now.knownSinceMs));
  const spentMs: Record<Condition, number> = { up: 0, down: 0, blind: 0, idle: 0 };
  const within = (fromMs: number, toMs: number) => Math.max(0, Math.min(toMs, nowMs) - Math.max(fromMs, knownMs));
  spentMs[now.condition] += within(now.fromMs, nowMs);
  for (let index = stretches.length - 1; index >= 0; index -= 1) {
    const stretch = stretches[index];
    // The oldest come first.
    if (!stretch || stretch.toMs <= knownMs) break;
    spentMs[stretch.condition] += within(stretch.fromMs, stretch.toMs);
  }
  const { down: downMs } = spentMs;
  const blindMs = spentMs.blind + spentMs.idle + (knownMs - beginMs);
  const upMs = windowMs - downMs - blindMs;
  return { upMs, downMs, blindMs, ratio: upMs + downMs > 0 ? upMs / (upMs + downMs) : null };
}
