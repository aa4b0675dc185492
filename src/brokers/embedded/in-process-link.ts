/** Owns the service's seat at the embedded broker, without a socket: it publishes anything and is handed every request. */

import type { PublishPacket } from 'aedes';
import type { InboundMessage, InboundSender, Log, MqttLink, OutboundMessage } from '../../core/ports.ts';
import { matches } from '../../protocol/topic-match.ts';
import type { Topics } from '../../protocol/topics.ts';
import { assertSendable } from '../sendable.ts';

export interface InProcessLink {
  readonly link: MqttLink;
  /** A client has published a request. */
  receive(packet: PublishPacket, sender: InboundSender): void;
  /** Whether somebody here wants what is published on this topic. */
  isHeard(topic: string): boolean;
  /** A client has published something else that `isHeard`. */
  overhear(packet: PublishPacket, sender: InboundSender): void;
}

type Handler = (message: InboundMessage) => void;

export interface InProcessLinkSetup {
  readonly topics: Topics;
  /** Hands a message to the broker; calls back when every reader has it. */
  readonly publish: (packet: PublishPacket, done: (error?: Error) => void) => void;
  readonly log: Log;
}

/** The link is up at once and stays so until `close`. */
export function openInProcessLink({ topics, publish, log }: InProcessLinkSetup): InProcessLink {
  const handlers: Handler[] = [];
  const listeners: { readonly filter: string; readonly handler: Handler }[] = [];
  let isUp = true;
  let takesRequests = true;
  const availability = (payload: string) => ({ topic: topics.availability, payload, retain: true, qos: 1 as const });
  void deliver(availability('online'));

  return {
    link: {
      get up() {
        return isUp;
      },
      onRequest: (handler) => void handlers.push(handler),
      listen: (filter, handler) => void listeners.push({ filter, handler }),
      onUp: (handler) => {
        if (isUp) handler();
      },
      // Not waiting for `deliver`: one reader that stands still would hold up the service.
      publish: async (message) => {
        assertSendable(message, undefined);
        if (isUp) void deliver(message);
      },
      stopRequests: async () => {
        takesRequests = false;
      },
      close: async () => {
        takesRequests = false;
        if (!isUp) return;
        isUp = false;
        await deliver(availability('offline'));
      },
    },
    receive(packet, sender) {
      if (!takesRequests) return;
      const message = inbound(packet, sender);
      for (const handler of handlers) handler(message);
    },
    isHeard: (topic) => isUp && listeners.some(({ filter }) => matches(filter, topic)),
    overhear(packet, sender) {
      const message = inbound(packet, sender);
      for (const { filter, handler } of listeners) {
        if (matches(filter, packet.topic)) handler(message);
      }
    },
  };

  function deliver(message: OutboundMessage): Promise<void> {
    return new Promise((resolve) => {
      publish(outbound(message), (error) => {
        if (error) log.error({ err: error, topic: message.topic }, 'a message of the service was not delivered');
        resolve();
      });
    });
  }
}

function outbound({ topic, payload, retain = false, qos = 0, correlationData }: OutboundMessage): PublishPacket {
  const properties = correlationData && { properties: { correlationData: Buffer.from(correlationData) } };
  const bytes = Buffer.from(typeof payload === 'string' ? payload : payload);
  return { cmd: 'publish', topic, payload: bytes, qos, retain, dup: false, ...properties };
}

function inbound({ topic, payload, retain, dup, properties }: PublishPacket, sender: InboundSender): InboundMessage {
  const { responseTopic, correlationData } = properties ?? {};
  return {
    topic,
    payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
    retained: retain,
    dup,
    sender,
    ...(responseTopic !== undefined && { responseTopic }),
    ...(correlationData !== undefined && { correlationData }),
  };
}
