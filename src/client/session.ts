/** Owns one mqtt.js client from CONNECT to its end; it never reconnects and keeps nothing for later. */

import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { ClientError } from './client-error.ts';
import { createOrder } from './in-order.ts';
import { assertPublishable, assertSubscribable } from './limits.ts';
import { type Ending, endOf } from './reasons/ending.ts';

export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** From the broker's memory: it was published before we subscribed. */
  readonly retained: boolean;
}

export interface Session {
  readonly ended: Promise<Ending>;
  /** @throws ClientError `refused` by the broker, `not_connected` when the connection ended first, or as `assertSubscribable` */
  subscribe(filter: string, qos: 0 | 1): Promise<void>;
  /** Does not wait for the broker: it may be gone. */
  unsubscribe(filter: string): void;
  /**
   * QoS 0.
   * @throws ClientError as `assertPublishable`: this message alone is not sent
   */
  publish(topic: string, payload: string): void;
  /** Ends with DISCONNECT. */
  leave(): void;
  /** Ends at once. */
  drop(): void;
}

interface Listeners {
  accepted(): void;
  message(message: Message): void;
}

export function openSession(options: IClientOptions, listeners: Listeners): Session {
  const client = connect(options);
  // Aedes handles packets side by side: a SUBSCRIBE can overtake the UNSUBSCRIBE of the same filter before it.
  const inOrder = createOrder();
  withoutDelay(client.stream);
  client.once('connect', () => listeners.accepted());
  client.on('message', (topic, payload, { retain }) => listeners.message({ topic, payload, retained: retain }));
  return {
    ended: endOf(client),

    subscribe: (filter, qos) => inOrder(filter, () => subscribe(client, filter, qos)),
    unsubscribe: (filter) => void inOrder(filter, () => unsubscribe(client, filter)),
    publish: (topic, payload) => {
      assertPublishable(topic, payload, client.serverProperties ?? {});
      client.publish(topic, payload, () => undefined);
    },
    leave: () => void client.end(),
    drop: () => {
      client.end(true);
      // A client that is already saying goodbye ignores `end`.
      client.stream.destroy();
    },
  };
}

function subscribe(client: MqttClient, filter: string, qos: 0 | 1): Promise<void> {
  return new Promise((resolve, reject) => {
    // mqtt.js would keep it for a next connection, which this client never has.
    if (!client.connected) return reject(new ClientError('not_connected', 'the connection to the broker was lost'));
    assertSubscribable(filter, client.serverProperties ?? {});
    client.subscribe(filter, { qos }, (error, _granted, packet) => {
      if (packet && Number(packet.granted[0]) >= 0x80) {
        reject(new ClientError('refused', `the broker refuses the subscription to ${filter}`, error));
      } else if (error) reject(new ClientError('not_connected', 'the connection to the broker was lost', error));
      else resolve();
    });
  });
}

function unsubscribe(client: MqttClient, filter: string): Promise<void> {
  return new Promise((resolve) => {
    if (client.connected) client.unsubscribe(filter, () => resolve());
    else resolve();
  });
}

/** Under Nagle's algorithm a request waits for the acknowledgement of the one before it (N-09). */
function withoutDelay(stream: object): void {
  if ('setNoDelay' in stream && typeof stream.setNoDelay === 'function') stream.setNoDelay(true);
}
