/** Owns SUBSCRIBE (MQTT 5.0, 3.8). */

import type { Level, Subscribe, Subscription } from './packet.ts';
import { malformed, type PacketError, protocolError } from './packet-error.ts';
import { checkItems } from './wire/item-limit.ts';
import { readPacketId, writePacketId } from './wire/packet-id.ts';
import { CARRIER, NO_PROPERTIES, readProperties, writeProperties } from './wire/properties.ts';
import { QOS_OF_BITS } from './wire/qos.ts';
import type { Reader } from './wire/reader.ts';
import { checkTopicFilter, isShared, readTopicFilter } from './wire/topics.ts';
import type { Writer } from './wire/writer.ts';

const FIRST_BYTE = 0x82;
const OPTION = { noLocal: 0x04, retainAsPublished: 0x08, reserved: 0xc0 };
const RETAIN_HANDLING_SHIFT = 4;
/** It has two bits, and 3 is none, as with QoS. */
const RETAIN_HANDLING_OF_BITS = QOS_OF_BITS;

export function readSubscribe(reader: Reader, level: Level): Subscribe {
  const packetId = readPacketId(reader);
  const { subscriptionIds, userProperties = [] } =
    level === 5 ? readProperties(reader, CARRIER.subscribe) : NO_PROPERTIES;
  const subscriptions: Subscription[] = [];
  while (reader.remaining > 0) {
    subscriptions.push(readSubscription(reader, level));
    checkItems(subscriptions.length, 'topic filters');
  }
  if (subscriptions.length === 0) throw hasNone();
  return { kind: 'subscribe', packetId, subscriptions, subscriptionId: subscriptionIds?.[0], userProperties };
}

/** What a version before 5 cannot say is left out. */
export function writeSubscribe(writer: Writer, packet: Subscribe, level: Level): number {
  const { packetId, subscriptions, subscriptionId, userProperties } = packet;
  if (subscriptions.length === 0) throw hasNone();
  checkItems(subscriptions.length, 'topic filters');
  writePacketId(writer, packetId);
  if (level === 5) {
    const ids = subscriptionId === undefined ? {} : { subscriptionIds: [subscriptionId] };
    writeProperties(writer, { ...ids, userProperties }, CARRIER.subscribe);
  }
  for (const subscription of subscriptions) writeSubscription(writer, subscription, level);
  return FIRST_BYTE;
}

function readSubscription(reader: Reader, level: Level): Subscription {
  const filter = readTopicFilter(reader);
  const options = reader.u8('subscription options');
  if (level === 5) return fromOptions(filter, options);
  // MQTT 3.1 has no use for the upper six bits; 3.1.1 reserves them.
  if (level === 4 && options > 2) throw malformed('3.8.3-4 of 3.1.1', `the requested QoS is ${options}, not 0, 1 or 2`);
  return fromOptions(filter, options & 3);
}

function fromOptions(filter: string, options: number): Subscription {
  if ((options & OPTION.reserved) !== 0) throw malformed('3.8.3-5', 'reserved subscription options are set');
  const qos = QOS_OF_BITS[options & 3];
  if (qos === undefined) throw protocolError('3.8.3.1', 'the requested QoS is 3');
  const retainHandling = RETAIN_HANDLING_OF_BITS[(options >> RETAIN_HANDLING_SHIFT) & 3];
  if (retainHandling === undefined) throw protocolError('3.8.3.1', 'the retain handling is 3');
  const noLocal = (options & OPTION.noLocal) !== 0;
  if (noLocal && isShared(filter)) throw localShare();
  return { filter, qos, noLocal, retainAsPublished: (options & OPTION.retainAsPublished) !== 0, retainHandling };
}

function writeSubscription(writer: Writer, subscription: Subscription, level: Level): void {
  const { filter, qos, noLocal, retainAsPublished, retainHandling } = subscription;
  checkTopicFilter(filter);
  if (QOS_OF_BITS[qos] === undefined) throw protocolError('3.8.3.1', `there is no QoS ${qos}`);
  if (RETAIN_HANDLING_OF_BITS[retainHandling] === undefined)
    throw protocolError('3.8.3.1', `there is no retain handling ${retainHandling}`);
  if (noLocal && isShared(filter)) throw localShare();
  writer.string(filter, 'topic filter');
  const options =
    qos |
    (noLocal ? OPTION.noLocal : 0) |
    (retainAsPublished ? OPTION.retainAsPublished : 0) |
    (retainHandling << RETAIN_HANDLING_SHIFT);
  writer.u8(level === 5 ? options : qos, 'subscription options');
}

function hasNone(): PacketError {
  return protocolError('3.8.3-2', 'a SUBSCRIBE has no topic filter');
}

function localShare(): PacketError {
  return protocolError('3.8.3-4', 'a shared subscription has the option No Local');
}
