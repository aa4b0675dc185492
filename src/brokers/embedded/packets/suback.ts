/** Owns SUBACK (MQTT 5.0, 3.9). */

import type { Level, Suback } from './packet.ts';
import { protocolError } from './packet-error.ts';
import { REASON } from './reason-codes.ts';
import { readPacketId, writePacketId } from './wire/packet-id.ts';
import { CARRIER, NO_PROPERTIES, readProperties, writeProperties } from './wire/properties.ts';
import type { Reader } from './wire/reader.ts';
import type { Writer } from './wire/writer.ts';

const FIRST_BYTE = 0x90;
const GRANTED = [REASON.success, REASON.grantedQos1, REASON.grantedQos2];
/** MQTT 3.1.1, 3.9.3. MQTT 3.1 cannot refuse; its clients get the code all the same, since the truth is of more use than a lie. */
const RETURN_CODES: ReadonlySet<number> = new Set([...GRANTED, REASON.unspecified]);
const REASONS: ReadonlySet<number> = new Set([
  ...RETURN_CODES,
  REASON.implementationSpecific,
  REASON.notAuthorized,
  REASON.topicFilterInvalid,
  REASON.packetIdInUse,
  REASON.quotaExceeded,
  REASON.sharedNotSupported,
  REASON.subscriptionIdsNotSupported,
  REASON.wildcardsNotSupported,
]);

export function readSuback(reader: Reader, level: Level): Suback {
  const packetId = readPacketId(reader);
  const properties = level === 5 ? readProperties(reader, CARRIER.suback) : NO_PROPERTIES;
  const reasonCodes = [...reader.rest()];
  check(reasonCodes, level);
  return { kind: 'suback', packetId, reasonCodes, properties };
}

/** What a version before 5 cannot say is left out. */
export function writeSuback(writer: Writer, packet: Suback, level: Level): number {
  const { packetId, reasonCodes, properties } = packet;
  check(reasonCodes, level);
  writePacketId(writer, packetId);
  if (level === 5) writeProperties(writer, properties, CARRIER.suback);
  for (const reasonCode of reasonCodes) writer.u8(reasonCode, 'reason code');
  return FIRST_BYTE;
}

function check(reasonCodes: readonly number[], level: Level): void {
  if (reasonCodes.length === 0) throw protocolError('3.9.3-1', 'a SUBACK has no reason code');
  const known = level === 5 ? REASONS : RETURN_CODES;
  const unknown = reasonCodes.find((code) => !known.has(code));
  if (unknown === undefined) return;
  throw protocolError('3.9.3-2', `a SUBACK of version ${level} cannot have the code ${unknown}`);
}
