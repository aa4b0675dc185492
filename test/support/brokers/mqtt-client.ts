/** Owns an MQTT client that tests can await: what it was sent is kept until a test asks for it, so that none needs a sleep. */

import {
  connect,
  type IClientOptions,
  type IClientPublishOptions,
  type IClientSubscribeOptions,
  type IPublishPacket,
} from 'mqtt';
import { matches } from '../../../src/protocol/topic-match.ts';
import { PATIENCE_MS } from '../patience.ts';

type PassedOn = Pick<
  IClientOptions,
  'username' | 'password' | 'clientId' | 'clean' | 'will' | 'properties' | 'ca' | 'cert' | 'key'
>;

export interface TestClientOptions extends PassedOn {
  /** With `mqtt:`, `mqtts:`, `ws:` or `wss:`. */
  readonly url: string;
  /** 5 is the default, 4 is MQTT 3.1.1. */
  readonly version?: 3 | 4 | 5;
}

interface ReceivedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly text: string;
  readonly retain: boolean;
  readonly dup: boolean;
  readonly qos: number;
  readonly properties: NonNullable<IPublishPacket['properties']>;
}

/** A topic filter, or any other condition. */
type Wanted = string | ((message: ReceivedMessage) => boolean);

export interface TestClient {
  /** Resolves when written (QoS 0) or acknowledged; rejects with a refusal, whose `code` is the reason code. */
  publish(topic: string, payload: string | Buffer, options?: IClientPublishOptions): Promise<void>;
  /** The granted QoS of each filter or, from 0x80 on, its refusal. */
  subscribe(filter: string | string[], options?: Partial<IClientSubscribeOptions>): Promise<number[]>;
  unsubscribe(filter: string): Promise<void>;
  /** The first message that matches and was not returned before; waits for it if need be. */
  next(wanted?: Wanted, timeoutMs?: number): Promise<ReceivedMessage>;
  /** Everything so far, in order. */
  readonly received: readonly ReceivedMessage[];
  /** Resolves when the connection has ended, with the reason code of the broker's DISCONNECT if it sent one. */
  readonly closed: Promise<number | undefined>;
  /** Leaves with DISCONNECT. */
  end(): Promise<void>;
  /** Breaks the connection without DISCONNECT, which sets off the last will. */
  destroy(): Promise<void>;
}

/** Rejects when the broker refuses (the error's `code` is the CONNACK code) or is not there. Never reconnects. */
export async function connectClient({ url, version = 5, ...options }: TestClientOptions): Promise<TestClient> {
  const protocol = { protocolVersion: version, protocolId: version === 3 ? 'MQIsdp' : 'MQTT' } as const;
  const client = connect(url, { ...options, ...protocol, reconnectPeriod: 0 });
  const received: ReceivedMessage[] = [];
  const inbox = openInbox();
  client.on('message', (_topic, _payload, packet) => {
    const message = readable(packet);
    received.push(message);
    inbox.put(message);
  });
  let reasonCode: number | undefined;
  client.on('disconnect', (packet) => {
    reasonCode = packet.reasonCode;
  });
  const closed = new Promise<number | undefined>((resolve) => client.once('close', () => resolve(reasonCode)));
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.on('error', reject);
    void closed.then(() => reject(new Error(`${url} closed the connection`)));
  });

  return {
    received,
    closed,
    next: inbox.take,
    publish: async (topic, payload, publishOptions = {}) => {
      await client.publishAsync(topic, payload, publishOptions);
    },
    subscribe: (filter, subscribeOptions = {}) =>
      new Promise((resolve, reject) => {
        client.subscribe(filter, { qos: 1, ...subscribeOptions }, (error, _granted, packet) => {
          if (packet) resolve(packet.granted.map(Number));
          else reject(error ?? new Error('no SUBACK'));
        });
      }),
    unsubscribe: async (filter) => {
      await client.unsubscribeAsync(filter);
    },
    end: async () => {
      client.end();
      await closed;
    },
    destroy: async () => {
      client.stream.destroy();
      await closed;
    },
  };
}

function readable({ topic, payload, retain, dup, qos, properties = {} }: IPublishPacket): ReceivedMessage {
  const bytes = Buffer.from(payload);
  return { topic, payload: bytes, text: bytes.toString(), retain, dup, qos, properties };
}

interface Waiter {
  readonly wants: (message: ReceivedMessage) => boolean;
  readonly take: (message: ReceivedMessage) => void;
}

/** Messages nobody has asked for yet, and those who wait for one. */
function openInbox() {
  const unread: ReceivedMessage[] = [];
  const waiters = new Set<Waiter>();

  function put(message: ReceivedMessage): void {
    const waiter = [...waiters].find(({ wants }) => wants(message));
    if (waiter) waiter.take(message);
    else unread.push(message);
  }

  function take(wanted: Wanted = '#', timeoutMs: number = PATIENCE_MS): Promise<ReceivedMessage> {
    const wants = typeof wanted === 'string' ? (message: ReceivedMessage) => matches(wanted, message.topic) : wanted;
    const index = unread.findIndex(wants);
    const [found] = index < 0 ? [] : unread.splice(index, 1);
    if (found) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        wants,
        take: (message) => {
          clearTimeout(timer);
          waiters.delete(waiter);
          resolve(message);
        },
      };
      const timer = setTimeout(() => {
        waiters.delete(waiter);
        const others = unread.map(({ topic }) => topic).join(', ') || 'nothing';
        reject(new Error(`no message for ${wanted} within ${timeoutMs} ms; unread: ${others}`));
      }, timeoutMs);
      waiters.add(waiter);
    });
  }

  return { put, take };
}
