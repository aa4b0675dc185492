/**
 * Owns the mark that the broker keeps for us, retained beside the events: the last one that it has taken. It lives and dies with what
 * the broker knows, so that after a crash of ours no event is told twice, and none is missed by a broker that has forgotten all.
 */

import type { Log, MqttLink } from '../../core/ports.ts';
import { decode, isObject } from '../../protocol/envelope.ts';
import type { LastEvent } from '../../protocol/events.ts';
import type { Topics } from '../../protocol/topics.ts';

export interface TakenMark {
  /** What the broker has said when the connection came up; undefined while it has said nothing. */
  readonly found: LastEvent | undefined;
  /** That all up to this one are taken; right behind it on the same connection. */
  set(last: LastEvent): void;
}

interface Parts {
  readonly link: MqttLink;
  readonly topics: Topics;
  readonly log: Log;
}

/** To be called before the link is up for the first time. */
export function keepTakenMark({ link, topics, log }: Parts): TakenMark {
  let found: LastEvent | undefined;

  link.listen(topics.lastEvent, ({ payload }) => {
    found = readMark(payload);
  });

  return {
    get found() {
      return found;
    },
    set(last) {
      link
        // At QoS 0 it would overtake what waits for room, and events would count as taken that are not.
        .publish({ topic: topics.lastEvent, payload: JSON.stringify(last), retain: true, qos: 1 })
        .catch((error: unknown) => log.warn({ err: error }, 'could not mark the last event'));
    },
  };
}

function readMark(payload: Uint8Array): LastEvent | undefined {
  try {
    const value = decode(payload);
    if (!isObject(value)) return undefined;
    const { number, at } = value;
    return typeof number === 'number' && typeof at === 'string' ? { number, at } : undefined;
  } catch {
    return undefined;
  }
}
