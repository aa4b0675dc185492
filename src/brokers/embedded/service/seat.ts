/** Owns the service's seat at the embedded broker, without a socket: it publishes anything and is handed every request. */

import type { InboundMessage, InboundSender, Log, MqttLink, OutboundMessage } from '../../../core/ports.ts';
import { matches } from '../../../protocol/topic-match.ts';
import type { Topics } from '../../../protocol/topics.ts';
import { assertSendable } from '../../sendable.ts';
import { Message } from '../message.ts';

export interface Seat {
  readonly link: MqttLink;
  /** Whether somebody here wants what is published on this topic. */
  hears(topic: string): boolean;
  /** Something was said that is heard here. @param sender absent: at another broker */
  receive(message: Message, sender?: InboundSender): void;
}

type Handler = (message: InboundMessage) => void;

interface SeatSetup {
  readonly topics: Topics;
  /** Hands a message to its readers, and calls back when all have it. */
  readonly publish: (message: Message, done: () => void) => void;
  /** What is retained on the topics that a filter selects; undefined now and then. */
  readonly retained: (filter: string) => Iterator<Message | undefined>;
  /** Whether another broker goes on when this one ends: then the service is not gone. */
  readonly hasSuccessor: () => boolean;
  readonly log: Log;
}

const NO_PROPERTIES = {};
const MOST_TOPICS = 1000;

/** The link is up at once and stays so until `close`. */
export function openSeat({ topics, publish, retained, hasSuccessor, log }: SeatSetup): Seat {
  const handlers = new Set<Handler>();
  const listeners = new Set<{ readonly filter: string; readonly handler: Handler }>();
  /** Whether somebody listens, by topic. */
  const heard = new Map<string, boolean>();
  let isUp = true;
  let takesRequests = true;
  const availability = (payload: string) => ({ topic: topics.availability, payload, retain: true, qos: 1 as const });
  const deliver = (message: OutboundMessage) => new Promise<void>((resolve) => publish(outbound(message), resolve));

  void deliver(availability('online'));

  /** A handler that throws must not end the work of others. */
  function call(handler: Handler, message: InboundMessage): void {
    try {
      handler(message);
    } catch (error) {
      log.error({ err: error, topic: message.topic }, 'a listener of the broker failed');
    }
  }

  function listen(filter: string, handler: Handler): () => void {
    const listener = { filter, handler };
    listeners.add(listener);
    heard.clear();
    const kept = retained(filter);
    for (let next = kept.next(); !next.done; next = kept.next()) if (next.value) call(handler, inbound(next.value));
    return () => {
      listeners.delete(listener);
      heard.clear();
    };
  }

  /** Asked for each message there is: most come on topics that others came on a moment ago. */
  function isHeard(topic: string): boolean {
    const known = heard.get(topic);
    if (known !== undefined) return known;
    const isOne = [...listeners].some(({ filter }) => matches(filter, topic));
    if (heard.size >= MOST_TOPICS) heard.clear();
    heard.set(topic, isOne);
    return isOne;
  }

  return {
    hears: (topic) => topic === topics.requests || (isUp && isHeard(topic)),
    receive(message, sender) {
      const received = inbound(message, sender);
      if (message.topic === topics.requests) {
        if (takesRequests) for (const handler of handlers) call(handler, received);
        return;
      }
      for (const { filter, handler } of listeners) if (matches(filter, message.topic)) call(handler, received);
    },
    link: {
      get up() {
        return isUp;
      },
      onRequest: (handler) => {
        handlers.add(handler);
        return () => handlers.delete(handler);
      },
      listen,
      // Up before anybody could connect.
      beforeUp: (handler) => {
        void handler();
        return () => undefined;
      },
      onUp: (handler) => {
        if (isUp) handler();
        return () => undefined;
      },
      publish: async (message) => {
        assertSendable(message, undefined);
        if (!isUp) return false;
        const delivered = deliver(message);
        // Not waiting at QoS 0: a storm of messages would hold up the service.
        if (message.qos === 1) await delivered;
        return true;
      },
      stopRequests: async () => {
        takesRequests = false;
      },
      close: async () => {
        takesRequests = false;
        if (!isUp) return;
        isUp = false;
        if (!hasSuccessor()) await deliver(availability('offline'));
      },
    },
  };
}

function outbound({ correlationData, ...message }: OutboundMessage): Message {
  const { topic, payload, retain = false, qos = 0, onlyFor, name, isForQueues = false } = message;
  return new Message({
    topic,
    payload: typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload),
    qos,
    retain,
    properties: correlationData === undefined ? NO_PROPERTIES : { correlationData: Buffer.from(correlationData) },
    account: '',
    onlyFor,
    id: name,
    isForQueues,
  });
}

function inbound({ topic, payload, retain, dup, properties }: Message, sender?: InboundSender): InboundMessage {
  const { responseTopic, correlationData } = properties;
  return {
    topic,
    payload,
    retained: retain,
    dup,
    ...(sender !== undefined && { sender }),
    ...(responseTopic !== undefined && { responseTopic }),
    ...(correlationData !== undefined && { correlationData }),
  };
}
