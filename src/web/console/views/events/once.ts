/** Owns what makes two events the same one, however they came: listed by the service, or heard live. */

import type { LiveEvent } from '../../live.ts';

/** Those that are not shown yet. */
export function notIn(shown: readonly LiveEvent[], events: readonly LiveEvent[]): readonly LiveEvent[] {
  const known = new Set(shown.map(keyOf));
  return events.filter((event) => !known.has(keyOf(event)));
}

/** A moment of one thing, told once: live events have no number. */
export function keyOf({ at, domain, event, entity, details }: LiveEvent): string {
  return [at, domain, event, entity, details['seq']].join(' ');
}
