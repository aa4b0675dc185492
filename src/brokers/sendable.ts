/** Owns the question whether a message can be sent without costing the connection (N-07); brokers hang up on what fails it. */

import type { OutboundMessage } from '../core/ports.ts';
import { ApiError } from '../protocol/api-error.ts';
import { isTopicName } from '../protocol/topic-match.ts';

/** C0, C1 and non-characters: a receiver may close the connection over them (MQTT 5.0, 1.5.4), and mosquitto does. */
const UNPORTABLE = /[\p{Cc}\p{Noncharacter_Code_Point}]/u;

/** Mosquitto treats a deeper topic as a malformed packet. */
const MAX_LEVELS = 200;

/** More than fixed header, lengths, packet id and property ids can take. */
const OVERHEAD_BYTES = 32;

/**
 * @param maxPacketBytes what the broker accepts, where it said so in CONNACK
 * @throws ApiError `internal`, naming the topic and what is wrong with it
 */
export function assertSendable(message: OutboundMessage, maxPacketBytes?: number): void {
  const { topic, payload, correlationData } = message;
  const fault = topicFault(topic);
  if (fault) throw refusal(`cannot publish to ${JSON.stringify(topic)}: ${fault}`);
  if (maxPacketBytes === undefined) return;
  const bytes = Buffer.byteLength(topic) + Buffer.byteLength(payload) + (correlationData?.length ?? 0) + OVERHEAD_BYTES;
  if (bytes <= maxPacketBytes) return;
  throw refusal(`cannot publish ${bytes} bytes to ${JSON.stringify(topic)}: the broker takes ${maxPacketBytes}`);
}

function topicFault(topic: string): string | undefined {
  if (!isTopicName(topic)) return 'not a topic name (empty, too long, or with +, # or NUL)';
  if (!topic.isWellFormed() || UNPORTABLE.test(topic)) return 'brokers close the connection over such characters';
  return topic.split('/').length > MAX_LEVELS ? `more than ${MAX_LEVELS} levels` : undefined;
}

function refusal(message: string): ApiError {
  return new ApiError('internal', { message });
}
