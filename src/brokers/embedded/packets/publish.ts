/** Owns PUBLISH (MQTT 5.0, 3.3): how it is read, and how it is written once for many readers. */

import type { Level, Publish, PublishProperties, Side } from './packet.ts';
import { malformed, protocolError } from './packet-error.ts';
import { checkPacketId, readPacketId } from './wire/packet-id.ts';
import { CARRIER, NO_PROPERTIES, readProperties, writeProperties } from './wire/properties.ts';
import { QOS_OF_BITS } from './wire/qos.ts';
import type { Reader } from './wire/reader.ts';
import { checkTopicName, emptyTopicError, wildcardError } from './wire/topics.ts';
import { Writer } from './wire/writer.ts';

const FIRST_BYTE = 0x30;
const HAS_NO_ID = 'a PUBLISH of QoS 0 has no packet identifier';
const DUP = 0x08;
const RETAIN = 0x01;
const CARRIERS = { client: CARRIER.publishByClient, broker: CARRIER.publishByBroker };

/** @param flags the lower half of the packet's first byte */
export function readPublish(reader: Reader, flags: number, level: Level, side: Side): Publish {
  const qos = QOS_OF_BITS[(flags >> 1) & 3];
  const dup = (flags & DUP) !== 0;
  if (qos === undefined) throw malformed('3.3.1-4', 'both QoS bits of a PUBLISH are set');
  if (dup && qos === 0) throw malformed('3.3.1-2', 'a PUBLISH of QoS 0 says that it is sent again');
  const topic = reader.string('topic name');
  if (reader.hasWildcard) throw wildcardError('3.3.2-2', 'topic name');
  const packetId = qos === 0 ? 0 : readPacketId(reader);
  const properties = level === 5 ? readProperties(reader, CARRIERS[side]) : NO_PROPERTIES;
  if (topic === '') checkAlias(level, properties);
  return {
    kind: 'publish',
    dup,
    qos,
    retain: (flags & RETAIN) !== 0,
    topic,
    packetId,
    payload: reader.rest(),
    properties,
  };
}

function checkAlias(level: Level, { topicAlias }: PublishProperties): void {
  if (level < 5) throw emptyTopicError('topic name');
  if (topicAlias === undefined)
    throw protocolError('3.3.2.1', 'a PUBLISH has neither a topic name nor an alias for one');
}

/** What all its readers get, whatever packet id it has with each of them. */
export type SharedMessage = Omit<Publish, 'kind' | 'packetId'>;

export interface PublishParts {
  /** The whole packet. Where it has a packet id, that is 0 and must be filled in: see `withPacketId`. */
  readonly bytes: Buffer;
  /** Where the two bytes of the packet id are, or -1 at QoS 0. */
  readonly packetIdAt: number;
}

const writer = new Writer();

/**
 * Writes a PUBLISH once for all readers of one version, QoS and retain flag. What a version before 5 cannot say is left out.
 * At QoS 0 the bytes can be sent as they are. A large one at QoS 1 or 2 is sent in three slices: up to `packetIdAt`, the id, and from
 * two bytes behind it.
 * @throws PacketError for what cannot be said in a PUBLISH
 */
export function encodePublishParts(message: SharedMessage, level: Level): PublishParts {
  const { dup, qos, retain, topic, payload, properties } = message;
  if (dup && qos === 0) throw malformed('3.3.1-2', 'a PUBLISH of QoS 0 is never sent again');
  if (QOS_OF_BITS[qos] === undefined) throw malformed('3.3.1-4', `there is no QoS ${qos}`);
  if (topic === '') checkAlias(level, properties);
  else checkTopicName(topic, '3.3.2-2', 'topic name');
  writer.begin();
  writer.string(topic, 'topic name');
  const idStart = writer.length;
  if (qos > 0) writer.u16(0, 'packet identifier');
  if (level === 5) writeProperties(writer, properties, CARRIER.publishByBroker);
  const bodyBytes = writer.length + payload.length;
  const bytes = writer.finish(FIRST_BYTE | (dup ? DUP : 0) | (qos << 1) | (retain ? RETAIN : 0), payload);
  return { bytes, packetIdAt: qos > 0 ? bytes.length - bodyBytes + idStart : -1 };
}

/** A copy for one reader: of its own there are only the packet id and whether it was sent before. */
export function withPacketId({ bytes, packetIdAt }: PublishParts, packetId: number, dup = false): Buffer {
  const own = Buffer.allocUnsafe(bytes.length);
  bytes.copy(own);
  putPacketId(own, packetId, packetIdAt);
  if (dup) own[0] = (own[0] ?? 0) | DUP;
  return own;
}

export function encodePublish(packet: Publish, level: Level): Buffer {
  const { qos, packetId } = packet;
  if (qos === 0 && packetId !== 0) throw malformed('2.2.1-2', HAS_NO_ID);
  const { bytes, packetIdAt } = encodePublishParts(packet, level);
  if (qos > 0) putPacketId(bytes, packetId, packetIdAt);
  return bytes;
}

function putPacketId(bytes: Buffer, packetId: number, packetIdAt: number): void {
  if (packetIdAt < 0) throw malformed('2.2.1-2', HAS_NO_ID);
  checkPacketId(packetId);
  bytes.writeUInt16BE(packetId, packetIdAt);
}
