/** Owns UNSUBACK (MQTT 5.0, 3.11). */

import type { Level, Unsuback } from './packet.ts';
import { protocolError } from './packet-error.ts';
import { REASON } from './reason-codes.ts';
import { readPacketId, writePacketId } from './wire/packet-id.ts';
import { CARRIER, NO_PROPERTIES, readProperties, writeProperties } from './wire/properties.ts';
import type { Reader } from './wire/reader.ts';
import type { Writer } from './wire/writer.ts';

const FIRST_BYTE = 0xb0;
const REASONS: ReadonlySet<number> = new Set([
  REASON.success,
  REASON.noSubscriptionExisted,
  REASON.unspecified,
  REASON.implementationSpecific,
  REASON.notAuthorized,
  REASON.topicFilterInvalid,
  REASON.packetIdInUse,
]);

export function readUnsuback(reader: Reader, level: Level): Unsuback {
  const packetId = readPacketId(reader);
  // Before MQTT 5 it says no more (MQTT 3.1.1, 3.11.3).
  if (level < 5) return { kind: 'unsuback', packetId, reasonCodes: [], properties: NO_PROPERTIES };
  const properties = readProperties(reader, CARRIER.unsuback);
  const reasonCodes = [...reader.rest()];
  check(reasonCodes);
  return { kind: 'unsuback', packetId, reasonCodes, properties };
}

/** What a version before 5 cannot say is left out. */
export function writeUnsuback(writer: Writer, packet: Unsuback, level: Level): number {
  const { packetId, reasonCodes, properties } = packet;
  writePacketId(writer, packetId);
  if (level < 5) return FIRST_BYTE;
  check(reasonCodes);
  writeProperties(writer, properties, CARRIER.unsuback);
  for (const reasonCode of reasonCodes) writer.u8(reasonCode, 'reason code');
  return FIRST_BYTE;
}

function check(reasonCodes: readonly number[]): void {
  if (reasonCodes.length === 0) throw protocolError('3.11.3-1', 'an UNSUBACK has no reason code');
  const unknown = reasonCodes.find((code) => !REASONS.has(code));
  if (unknown === undefined) return;
  throw protocolError('3.11.3-2', `an UNSUBACK cannot have the code ${unknown}`);
}
