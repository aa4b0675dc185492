/** Owns one connection to a broker from CONNECT to its end, over mqtt.js; never reconnects and queues nothing while down. */

import type { connect, IClientOptions, IPublishPacket } from 'mqtt';
import type { InboundMessage, OutboundMessage } from '../../core/ports.ts';
import { assertSendable } from '../sendable.ts';
import { type Connection, reasonCodeOf, refused, watchConnection } from './connection.ts';
import { openSendWindow } from './send-window.ts';

interface SubscribeOptions {
  /** Whether what this session publishes there comes back; default is no. */
  readonly echo?: boolean;
  /** Whether `retained` says how a message was published; else it says that the broker remembered it. Default is yes. */
  readonly asPublished?: boolean;
}

export interface Session extends Connection {
  /** Rejects when the broker refuses or the connection ends. */
  subscribe(filter: string, options?: SubscribeOptions): Promise<void>;
  /** Does not wait for the broker: it may be gone. */
  unsubscribe(topic: string): void;
  /**
   * Resolves with whether the message went out: QoS 0 when written, QoS 1 when acknowledged; false when the connection
   * is gone or its buffer full. Rejects with an ApiError for what must not be sent, or with the broker's refusal.
   */
  publish(message: OutboundMessage): Promise<boolean>;
  /** DISCONNECT: the broker forgets our last will. `drop` lets it publish that. */
  leave(): void;
}

/** A broker that stops reading must not fill our memory. */
const MAX_UNSENT_BYTES = 16 * 1024 * 1024;

/** Mosquitto's default; a broker of MQTT 3.1.1 has no way to tell us its own. */
const MAX_UNACKNOWLEDGED = 20;

export function openSession(
  connectTo: typeof connect,
  options: IClientOptions,
  onMessage: (message: InboundMessage) => void,
): Session {
  const client = connectTo(options);
  const connection = watchConnection(client);
  const limits = () => client.serverProperties ?? {};
  const window = openSendWindow(() => Math.min(MAX_UNACKNOWLEDGED, limits().receiveMaximum ?? MAX_UNACKNOWLEDGED));
  void connection.ended.then(({ reason }) => window.close(new Error(reason)));
  client.on('message', (_topic, _payload, packet) => onMessage(inbound(packet)));

  return {
    ...connection,
    leave: () => void client.end(),
    unsubscribe: (topic) => void client.unsubscribe(topic, () => undefined),

    subscribe: (filter, { echo = false, asPublished = true } = {}) =>
      new Promise((resolve, reject) => {
        // QoS 0: nobody keeps a request for us, so an acknowledgement would protect nothing.
        // N-06: retain-as-published shows the flag of a live retained request, which brokers of MQTT 3.1.1 clear.
        client.subscribe(filter, { qos: 0, nl: !echo, rap: asPublished, rh: 0 }, (error, _granted, packet) => {
          const code = Number(packet?.granted[0]);
          if (code >= 0x80)
            reject(refused(`the broker refuses the subscription to ${filter} (reason code ${code})`, code));
          else if (error) reject(error);
          else resolve();
        });
      }),

    publish: async (message) => {
      assertSendable(message, limits().maximumPacketSize);
      if (!client.connected || client.stream.writableLength > MAX_UNSENT_BYTES) return false;
      const { topic, qos = 0, retain = false, correlationData } = message;
      const payload = typeof message.payload === 'string' ? message.payload : Buffer.from(message.payload);
      const properties = correlationData && { correlationData: Buffer.from(correlationData) };
      const publishOptions = { qos, retain, ...(properties && { properties }) };
      if (qos === 0) {
        client.publish(topic, payload, publishOptions);
        return true;
      }
      try {
        await window.through((done) => client.publish(topic, payload, publishOptions, done));
        return true;
      } catch (error) {
        if (reasonCodeOf(error) === undefined) return false;
        throw error;
      }
    },
  };
}

function inbound({ topic, payload, retain, dup, properties }: IPublishPacket): InboundMessage {
  const { responseTopic, correlationData } = properties ?? {};
  return {
    topic,
    payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
    retained: retain,
    dup,
    ...(responseTopic !== undefined && { responseTopic }),
    ...(correlationData !== undefined && { correlationData }),
  };
}
