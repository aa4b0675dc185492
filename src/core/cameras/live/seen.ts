/** Owns what one bridge tells the others of a camera beside what is kept of it anyway, and what they make of that: they look at nothing again. */

import type { CameraFacts } from '../facts.ts';
import { keptState, restoredFacts } from '../kept-state.ts';
import type { CameraStateRecord } from '../records.ts';

export function sharedState(id: string, facts: CameraFacts, seq: number, isCertain: boolean): CameraStateRecord {
  const { online, pending, doubt, isRejected, isStalled, look, missing, isFlapping, extension } = facts;
  const judged = { online, pending, doubt, isRejected, isStalled, look, missing, isFlapping };
  const seen = { ...judged, ...(extension && { extension }), ...(isCertain && { isCertain }) };
  return { ...keptState(id, facts, seq), seen };
}

/** @param pending what must be seen first where the record is none of a bridge that shares its cameras */
export function followedFacts(saved: CameraStateRecord | undefined, pending: CameraFacts['pending']): CameraFacts {
  if (saved?.seen === undefined) return restoredFacts(saved, pending);
  const { isCertain: _, ...seen } = saved.seen;
  return { ...restoredFacts(saved, null), ...seen };
}
