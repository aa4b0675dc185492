/** Owns one event that waits to be told: where it has yet to be taken, under which name, and what the bridge that led before has said of it. */

import type { ToldEvent } from '../../core/bus.ts';
import type { OutboundMessage } from '../../core/ports.ts';
import type { EventWords } from './event-words.ts';
import type { SaidEvents } from './said-events.ts';

export interface WaitingEvent {
  /** Rises with each. */
  readonly order: number;
  readonly event: ToldEvent;
  /** Where the broker has yet to take it, and as what. */
  readonly open: EventWords;
  isLate: boolean;
  /** Topics on which the bridge that led before has said it, perhaps not to the end. */
  said: ReadonlySet<string>;
}

export const NOWHERE: ReadonlySet<string> = new Set();

/** Whoever leads next says it under the same name: it is once in a queue then. */
export function messageOf({ event: { keptAs }, said }: WaitingEvent, topic: string, payload: string): OutboundMessage {
  const name = keptAs === undefined ? undefined : `event ${keptAs} ${encodeURIComponent(topic)}`;
  return { topic, payload, qos: 1, name, isForQueues: said.has(topic) };
}

/**
 * The bridge that led before has said it, and could not mark it: who was there has it, and whether it is in the queues of the others nobody knows.
 * All before it was said in its order.
 */
export function noteSaid(waiting: readonly WaitingEvent[], said: SaidEvents): void {
  const last = waiting.findLastIndex(({ event: { keptAs } }) => keptAs !== undefined && said.has(keptAs));
  for (const [at, entry] of waiting.slice(0, last + 1).entries()) {
    entry.said = at < last ? new Set(entry.open.keys()) : (said.get(entry.event.keptAs ?? '') ?? NOWHERE);
  }
}
