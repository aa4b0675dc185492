/** Owns what the state of a camera says of its condition, and since when. Pure. */

import type { CameraState } from '../../protocol/events.ts';
import type { Stretch } from './records.ts';

export type Told = Pick<Stretch, 'condition' | 'reason'>;

/** Undefined: nothing has been seen since the start, so what was so before the first look is so still. */
export function conditionOf({ online, reason, enabled }: CameraState): Told | undefined {
  if (online === true) return { condition: 'up', reason: null };
  // What was last known of a camera that is switched off says nothing of now.
  if (!enabled) return { condition: 'idle', reason: null };
  if (online === false) return { condition: 'down', reason: reason ?? UNEXPLAINED };
  if (reason === 'starting') return undefined;
  // That it came and went all the time is known of the camera; it says nothing of us.
  const isUnwanted = reason === null || reason === 'flapping';
  return isUnwanted ? { condition: 'idle', reason: null } : { condition: 'blind', reason };
}

/** What a camera that is down has for a reason until the cause is found. */
export const UNEXPLAINED = 'no-feed';

/**
 * A camera is up since its feed came, and down since it went before our eyes: we learn of the one, and are sure of the other, later.
 * @param isLost whether the feed went before our eyes
 */
export function turnedAtMs(
  { online, ready, since }: CameraState,
  isLost: boolean,
  fromMs: number,
  nowMs: number,
): number {
  const isByFeed = online === true ? ready : online === false && isLost && !ready;
  const feedMs = Date.parse(since ?? '');
  return isByFeed && feedMs >= fromMs && feedMs <= nowMs ? feedMs : nowMs;
}
