/** Owns as what an event is told: on which topics, and in which words on each. */

import { type BridgeEvent, encodeEvent, encodeMisspelt } from '../../protocol/events.ts';
import type { Topics } from '../../protocol/topics.ts';

/** By topics, in their order. */
export type EventWords = Map<string, typeof encodeEvent>;

export function wordsOf(
  topics: Pick<Topics, 'event' | 'misspelt'>,
  { domain, entity, event }: BridgeEvent,
): EventWords {
  const words: EventWords = new Map(topics.event(domain, entity, event).map((topic) => [topic, encodeEvent]));
  for (const topic of topics.misspelt(domain, entity, event)) words.set(topic, encodeMisspelt);
  return words;
}

export function toldLate(event: BridgeEvent): BridgeEvent {
  return { ...event, details: { ...event.details, late: true } };
}
