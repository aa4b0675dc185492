/** Owns one mqtt.js client from CONNECT to its end; it never reconnects and keeps nothing for later. */

import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { ClientError } from './client-error.ts';
import { createOrder } from './in-order.ts';

export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** From the broker's memory: it was published before we subscribed. */
  readonly retained: boolean;
}

export interface Ending {
  /** In words fit for a log and for a user. */
  readonly reason: string;
  readonly accepted: boolean;
  /** CONNACK says that the broker does not speak our version of MQTT. */
  readonly versionRefused: boolean;
  /** Closed without any CONNACK: how some brokers refuse MQTT 5. */
  readonly hungUp: boolean;
}

export interface Session {
  readonly ended: Promise<Ending>;
  /** @throws ClientError `refused` by the broker, `not_connected` when the connection ended first */
  subscribe(filter: string, qos: 0 | 1): Promise<void>;
  /** Does not wait for the broker: it may be gone. */
  unsubscribe(filter: string): void;
  /** QoS 0. */
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

/** Unacceptable protocol version (MQTT 3.1.1, 3.2.2.3), Unsupported Protocol Version (MQTT 5.0, 3.2.2.2). */
const VERSION_REFUSED: readonly unknown[] = [0x01, 0x84];

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
    publish: (topic, payload) => void client.publish(topic, payload, () => undefined),
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

function endOf(client: MqttClient): Promise<Ending> {
  let fault: Error | undefined;
  let accepted = false;
  let answered = false;
  const blame = (error: Error) => {
    fault ??= error;
  };
  client.once('connect', () => {
    accepted = true;
  });
  client.once('packetreceive', () => {
    answered = true;
  });
  client.on('error', (error) => {
    blame(error);
    // mqtt.js leaves the connection open after a packet that makes no sense.
    client.stream.destroy();
  });
  // mqtt.js hands on only those errors of the socket that have a code.
  client.stream.on('error', blame);
  client.on('disconnect', ({ reasonCode = 0 }) => blame(new Error(disconnectWords(reasonCode))));
  return new Promise((resolve) => {
    client.once('close', () => {
      client.end(true);
      const code = codeOf(fault);
      const hungUp = !answered && (fault === undefined || code === 'ECONNRESET' || code === 'EPIPE');
      resolve({ reason: wordsOf(fault), accepted, versionRefused: VERSION_REFUSED.includes(code), hungUp });
    });
  });
}

/** Under Nagle's algorithm a request waits for the acknowledgement of the one before it (N-09). */
function withoutDelay(stream: object): void {
  if ('setNoDelay' in stream && typeof stream.setNoDelay === 'function') stream.setNoDelay(true);
}

function disconnectWords(reasonCode: number): string {
  if (reasonCode === 0x8e) return 'another client uses our client id';
  return `the broker ended the connection (reason code ${reasonCode})`;
}

function codeOf(fault: Error | undefined): unknown {
  return fault && 'code' in fault ? fault.code : undefined;
}

function wordsOf(fault: Error | undefined): string {
  if (!fault) return 'the broker closed the connection';
  // Node leaves the message of an AggregateError empty: a name with several addresses, none of which answers.
  return fault.message === '' ? String(codeOf(fault)) : fault.message;
}
