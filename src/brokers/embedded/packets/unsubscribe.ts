/** Owns UNSUBSCRIBE (MQTT 5.0, 3.10). */

import type { Level, Unsubscribe } from './packet.ts';
import { type PacketError, protocolError } from './packet-error.ts';
import { checkItems } from './wire/item-limit.ts';
import { readPacketId, writePacketId } from './wire/packet-id.ts';
import { CARRIER, NO_PROPERTIES, readProperties, writeProperties } from './wire/properties.ts';
import type { Reader } from './wire/reader.ts';
import { checkTopicFilter, readTopicFilter } from './wire/topics.ts';
import type { Writer } from './wire/writer.ts';

const FIRST_BYTE = 0xa2;

export function readUnsubscribe(reader: Reader, level: Level): Unsubscribe {
  const packetId = readPacketId(reader);
  const { userProperties = [] } = level === 5 ? readProperties(reader, CARRIER.unsubscribe) : NO_PROPERTIES;
  const filters: string[] = [];
  while (reader.remaining > 0) {
    filters.push(readTopicFilter(reader));
    checkItems(filters.length, 'topic filters');
  }
  if (filters.length === 0) throw hasNone();
  return { kind: 'unsubscribe', packetId, filters, userProperties };
}

/** What a version before 5 cannot say is left out. */
export function writeUnsubscribe(writer: Writer, packet: Unsubscribe, level: Level): number {
  const { packetId, filters, userProperties } = packet;
  if (filters.length === 0) throw hasNone();
  checkItems(filters.length, 'topic filters');
  writePacketId(writer, packetId);
  if (level === 5) writeProperties(writer, { userProperties }, CARRIER.unsubscribe);
  for (const filter of filters) {
    checkTopicFilter(filter);
    writer.string(filter, 'topic filter');
  }
  return FIRST_BYTE;
}

function hasNone(): PacketError {
  return protocolError('3.10.3-2', 'an UNSUBSCRIBE has no topic filter');
}
