/** Owns camera and credential events as a reader sees them: every spelling accepted, one name given out, each event told once (N-41). */

import { decode, isObject, type JsonObject } from '../protocol/envelope.ts';
import { canonicalEventName } from '../protocol/events.ts';
import { type EventTopic, parseEventTopic } from '../protocol/topics.ts';
import { callAll } from './call-all.ts';
import { ClientError } from './client-error.ts';
import type { Log } from './environment.ts';
import type { Message } from './session.ts';
import type { Subscription, Subscriptions } from './subscriptions.ts';

export interface ReceivedEvent {
  readonly domain: string;
  /** The documented name: `unDemand`, also where the server says `undemand`. */
  readonly event: string;
  /** Null where the event belongs to no known entity. */
  readonly entity: number | null;
  readonly details: Readonly<Record<string, unknown>>;
  /** ISO 8601, as the server sent it; empty where it sent none. */
  readonly at: string;
  /** The topic it was first seen on. */
  readonly topic: string;
  /** Servers do not retain events: somebody else put this one there. */
  readonly retained: boolean;
}

/** What is left out, or `+`, matches everything; `entity: null` asks for events of no known entity. */
export interface EventFilter {
  readonly domain?: string | undefined;
  readonly entity?: number | string | null | undefined;
  readonly event?: string | undefined;
}

export type EventHandler = (event: ReceivedEvent) => void;

export interface SubscribeOptions {
  readonly onRefused?: ((error: ClientError) => void) | undefined;
}

export interface Events {
  /** @throws ClientError `invalid_options` for a filter that no topic could match */
  watch(filter: EventFilter, handler: EventHandler, options?: SubscribeOptions): Subscription;
}

/** The forms of one event are published in a row: few others come between them. */
const REMEMBERED = 1024;

export function createEvents(base: string, subscriptions: Subscriptions, log: Log): Events {
  const watchers = new Set<{ readonly filter: EventFilter; readonly handler: EventHandler }>();
  const seen = createSeen(REMEMBERED);

  function receive(message: Message): void {
    const event = readEvent(base, message);
    if (!event) log.debug({ topic: message.topic }, 'a message on an event topic is no event');
    if (!event || seen.has(event)) return;
    const interested = [...watchers].filter(({ filter }) => isWanted(filter, event));
    callAll(
      interested.map(({ handler }) => handler),
      log,
      event,
    );
  }

  return {
    watch: (filter, handler, { onRefused } = {}) => {
      const watcher = { filter, handler };
      const filters = filtersOf(base, filter);
      watchers.add(watcher);
      const subscription = subscriptions.add({ filters, handler: receive, onRefused });
      return {
        active: subscription.active,
        close: () => {
          watchers.delete(watcher);
          subscription.close();
        },
      };
    },
  };
}

/** Every event goes to an `events` topic and to a `stream` topic: the first is enough, in both spellings. */
function filtersOf(base: string, { domain = '+', entity, event = '+' }: EventFilter): string[] {
  const level = entity === undefined ? '+' : String(entity);
  for (const part of [domain, level, event]) {
    // `+` is the one wildcard that stands for a whole level.
    if (part !== '+' && !/^[^+#/\0]+$/.test(part)) {
      throw new ClientError('invalid_options', `${JSON.stringify(part)} cannot be a part of an event topic`);
    }
  }
  const names = canonicalEventName(event) === 'unDemand' ? ['unDemand', 'undemand'] : [event];
  const plain = names.map((name) => `${base}/events/${domain}/${level}/${name}`);
  return [...plain, ...plain.map((filter) => `/${filter}`)];
}

function readEvent(base: string, { topic, payload, retained }: Message): ReceivedEvent | undefined {
  const named = parseEventTopic(base, topic);
  const body = parse(payload);
  if (!named || !isObject(body) || !isEventBody(body, named)) return undefined;
  const { entity, details, at } = body;
  const id = entity ?? named.entity;
  return {
    domain: named.domain,
    event: canonicalEventName(named.event),
    entity: id === null || id === 'null' || !Number.isFinite(Number(id)) ? null : Number(id),
    details: isObject(details) ? details : {},
    at: String(at),
    topic,
    retained,
  };
}

/** What somebody else got published there is no event: on brokers of others, anybody's answer can be sent to any topic (N-08). */
function isEventBody({ domain, event, at }: JsonObject, named: EventTopic): boolean {
  return (
    domain === named.domain &&
    typeof event === 'string' &&
    canonicalEventName(event) === canonicalEventName(named.event) &&
    typeof at === 'string' &&
    !Number.isNaN(Date.parse(at))
  );
}

function parse(payload: Uint8Array): unknown {
  try {
    return decode(payload);
  } catch {
    return undefined;
  }
}

function isWanted({ domain = '+', entity, event = '+' }: EventFilter, seen: ReceivedEvent): boolean {
  const fits = (wanted: string, is: string) => wanted === '+' || wanted === is;
  if (!fits(domain, seen.domain) || !fits(canonicalEventName(event), seen.event)) return false;
  return entity === undefined || fits(String(entity), String(seen.entity));
}

/** All forms of an event say the same but for its name, and no two events do: reader and time are in it. One told again is marked as late. */
function createSeen(limit: number) {
  const bodies = new Set<string>();
  return {
    has: ({ domain, event, entity, at, details }: ReceivedEvent): boolean => {
      const { late: _, ...known } = details;
      const key = JSON.stringify([domain, event, entity, at, known]);
      if (bodies.has(key)) return true;
      bodies.add(key);
      for (const oldest of bodies) {
        if (bodies.size <= limit) break;
        bodies.delete(oldest);
      }
      return false;
    },
  };
}
