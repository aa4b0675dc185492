/** Owns the question whether a message can be sent without costing the connection (N-07); brokers hang up on what fails it. */

import type { OutboundMessage } from '../core/ports.ts';
import { ApiError } from '../protocol/api-error.ts';
import { isPortableTopicName } from '../protocol/topic-match.ts';

/** More than fixed header, lengths, packet id and property ids can take. */
const OVERHEAD_BYTES = 32;

/**
 * @param maxPacketBytes what the broker accepts, where it said so in CONNACK
 * @throws ApiError `internal`, naming the topic and what is wrong with it
 */
export function assertSendable(message: OutboundMessage, maxPacketBytes?: number): void {
  const { topic, payload, correlationData } = message;
  if (!isPortableTopicName(topic)) {
    throw refusal(`cannot publish to ${JSON.stringify(topic)}: brokers close the connection over such a name`);
  }
  if (maxPacketBytes === undefined) return;
  const bytes = Buffer.byteLength(topic) + Buffer.byteLength(payload) + (correlationData?.length ?? 0) + OVERHEAD_BYTES;
  if (bytes <= maxPacketBytes) return;
  throw refusal(`cannot publish ${bytes} bytes to ${JSON.stringify(topic)}: the broker takes ${maxPacketBytes}`);
}

function refusal(message: string): ApiError {
  return new ApiError('internal', { message });
}
