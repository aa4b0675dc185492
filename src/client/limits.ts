/**
 * Owns what a broker takes, as far as it has said so: a packet over which it would end the connection, and with it what all others wait for,
 * is refused before it is sent. Receive Maximum has no part in this: it counts QoS 1 and 2 (MQTT 5.0, 4.9), and we publish with QoS 0.
 */

import { isPortableTopicName, isTopicFilter } from '../protocol/topic-match.ts';
import { ClientError } from './client-error.ts';

/** Properties of CONNACK (MQTT 5.0, 3.2.2.3); a broker of MQTT 3.1.1 has no way to tell them. */
export interface Limits {
  readonly maximumPacketSize?: number | undefined;
  readonly wildcardSubscriptionAvailable?: boolean | undefined;
}

/** What four bytes of Remaining Length can say (MQTT 5.0, 1.5.5). */
const LARGEST_REMAINING_BYTES = 268_435_455;

/** @throws ClientError `invalid_topic`, `too_large` */
export function assertPublishable(topic: string, payload: string, limits: Limits): void {
  if (!isPortableTopicName(topic)) {
    throw new ClientError('invalid_topic', `brokers close the connection over the topic ${JSON.stringify(topic)}`);
  }
  // Length of the topic, and of properties that there are none of (MQTT 5.0, 3.3.2).
  assertSize(2 + byteLength(topic) + 1 + byteLength(payload), limits);
}

/** @throws ClientError `invalid_topic`, `too_large`, `refused` */
export function assertSubscribable(filter: string, limits: Limits): void {
  if (!isTopicFilter(filter)) {
    throw new ClientError('invalid_topic', `brokers close the connection over the filter ${JSON.stringify(filter)}`);
  }
  if (limits.wildcardSubscriptionAvailable === false && /[+#]/.test(filter)) {
    throw new ClientError('refused', `the broker takes no wildcards, such as in ${filter}`);
  }
  // Packet id, properties, length of the filter, options (MQTT 5.0, 3.8).
  assertSize(2 + 1 + 2 + byteLength(filter) + 1, limits);
}

function assertSize(remaining: number, { maximumPacketSize }: Limits): void {
  const bytes = 1 + lengthOfLength(remaining) + remaining;
  const most = maximumPacketSize ?? 1 + 4 + LARGEST_REMAINING_BYTES;
  if (bytes <= most && remaining <= LARGEST_REMAINING_BYTES) return;
  throw new ClientError(
    'too_large',
    `payload too large: it makes a packet of ${bytes} bytes, the broker takes ${most}`,
  );
}

/** Seven bits a byte. */
function lengthOfLength(value: number): number {
  return value < 128 ? 1 : 1 + lengthOfLength(Math.floor(value / 128));
}

function byteLength(text: string): number {
  return Buffer.byteLength(text);
}
