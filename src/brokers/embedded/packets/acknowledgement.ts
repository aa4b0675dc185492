/** Owns PUBACK, PUBREC, PUBREL and PUBCOMP (MQTT 5.0, 3.4 to 3.7), which have one form. */

import type { Acknowledgement, Level } from './packet.ts';
import { protocolError } from './packet-error.ts';
import { REASON } from './reason-codes.ts';
import { readPacketId, writePacketId } from './wire/packet-id.ts';
import { CARRIER, isEmpty, NO_PROPERTIES, readProperties, writeProperties } from './wire/properties.ts';
import type { Reader } from './wire/reader.ts';
import type { Writer } from './wire/writer.ts';

const RECEIVED: ReadonlySet<number> = new Set([
  REASON.success,
  // Only a broker knows whether anybody has subscribed (table 3-4). But a bridge is a broker, although it comes as a client.
  REASON.noMatchingSubscribers,
  REASON.unspecified,
  REASON.implementationSpecific,
  REASON.notAuthorized,
  REASON.topicNameInvalid,
  REASON.packetIdInUse,
  REASON.quotaExceeded,
  REASON.payloadFormatInvalid,
]);
const RELEASED: ReadonlySet<number> = new Set([REASON.success, REASON.packetIdNotFound]);

const KINDS = {
  puback: { first: 0x40, reasons: RECEIVED, clause: '3.4.2-1' },
  pubrec: { first: 0x50, reasons: RECEIVED, clause: '3.5.2-1' },
  pubrel: { first: 0x62, reasons: RELEASED, clause: '3.6.2-1' },
  pubcomp: { first: 0x70, reasons: RELEASED, clause: '3.7.2-1' },
} as const;

type Kind = Acknowledgement['kind'];

export function readAcknowledgement(reader: Reader, kind: Kind, level: Level): Acknowledgement {
  const packetId = readPacketId(reader);
  // 3.4.2.1: a reason code that is left out is 0, and so is a property length.
  if (level < 5 || reader.remaining === 0) return { kind, packetId, reasonCode: 0, properties: NO_PROPERTIES };
  const reasonCode = reader.u8('reason code');
  checkReason(kind, reasonCode);
  const properties = reader.remaining === 0 ? NO_PROPERTIES : readProperties(reader, CARRIER.acknowledgement);
  return { kind, packetId, reasonCode, properties };
}

/** Before MQTT 5 an acknowledgement has no reason: it is left out. */
export function writeAcknowledgement(writer: Writer, packet: Acknowledgement, level: Level): number {
  const { kind, packetId, reasonCode, properties } = packet;
  writePacketId(writer, packetId);
  checkReason(kind, reasonCode);
  if (level === 5 && (reasonCode !== 0 || !isEmpty(properties))) {
    writer.u8(reasonCode, 'reason code');
    if (!isEmpty(properties)) writeProperties(writer, properties, CARRIER.acknowledgement);
  }
  return KINDS[kind].first;
}

function checkReason(kind: Kind, reasonCode: number): void {
  const { reasons, clause } = KINDS[kind];
  if (reasons.has(reasonCode)) return;
  throw protocolError(clause, `a ${kind} cannot have the reason code ${reasonCode}`);
}
