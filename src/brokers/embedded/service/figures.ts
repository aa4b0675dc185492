/** Owns `$SYS/broker/…`: what the broker tells administrators of itself, under mosquitto's names. It counts nothing. */

import type { Clock } from '../../../core/ports.ts';
import { Message } from '../message.ts';

/** How it is at one moment. */
export interface Figures {
  readonly clientsConnected: number;
  /** Sessions without a connection. */
  readonly clientsDisconnected: number;
  readonly retainedMessages: number;
  readonly subscriptions: number;
  readonly counters: Readonly<Counters>;
}

/** Since the start. */
export interface Counters {
  /** Packets of every kind, and all their bytes. */
  messagesReceived: number;
  messagesSent: number;
  bytesReceived: number;
  bytesSent: number;
  /** PUBLISH alone, and their payloads. */
  publishesReceived: number;
  publishesSent: number;
  publishBytesReceived: number;
  publishBytesSent: number;
  publishesDropped: number;
}

interface FiguresSetup {
  readonly version: string;
  readonly clock: Clock;
  readonly look: () => Figures;
  readonly publish: (message: Message) => void;
}

const EVERY_MS = 10_000;

/** Tells all of them at once, and then those that have changed, every ten seconds. @returns what ends it */
export function tellFigures({ version, clock, look, publish }: FiguresSetup): () => void {
  const startMs = clock.monotonicMs();
  const told = new Map<string, string>();
  let mostConnected = 0;
  let cancel = () => {};
  tell();
  return () => cancel();

  function tell(): void {
    cancel = clock.after(EVERY_MS, tell);
    const figures = look();
    mostConnected = Math.max(mostConnected, figures.clientsConnected);
    const uptimeSeconds = Math.floor((clock.monotonicMs() - startMs) / 1000);
    const texts = {
      version,
      uptime: `${uptimeSeconds} seconds`,
      'clients/maximum': mostConnected,
      ...textsOf(figures),
    };
    for (const [name, value] of Object.entries(texts)) {
      if (told.get(name) === String(value)) continue;
      told.set(name, String(value));
      publish(messageOf(name, String(value)));
    }
  }
}

function textsOf({ counters, ...now }: Figures): Record<string, number> {
  return {
    'clients/connected': now.clientsConnected,
    'clients/disconnected': now.clientsDisconnected,
    'clients/total': now.clientsConnected + now.clientsDisconnected,
    'messages/received': counters.messagesReceived,
    'messages/sent': counters.messagesSent,
    'bytes/received': counters.bytesReceived,
    'bytes/sent': counters.bytesSent,
    'publish/messages/received': counters.publishesReceived,
    'publish/messages/sent': counters.publishesSent,
    'publish/messages/dropped': counters.publishesDropped,
    'publish/bytes/received': counters.publishBytesReceived,
    'publish/bytes/sent': counters.publishBytesSent,
    'retained messages/count': now.retainedMessages,
    'subscriptions/count': now.subscriptions,
  };
}

function messageOf(name: string, text: string): Message {
  return new Message({
    topic: `$SYS/broker/${name}`,
    payload: Buffer.from(text),
    qos: 0,
    retain: true,
    properties: {},
    account: '',
  });
}
