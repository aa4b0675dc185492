/** Owns CONNACK (MQTT 5.0, 3.2). */

import type { Connack, Level } from './packet.ts';
import { malformed, protocolError } from './packet-error.ts';
import { REASON } from './reason-codes.ts';
import { checkAuthentication } from './wire/authentication.ts';
import { CARRIER, NO_PROPERTIES, readProperties, writeProperties } from './wire/properties.ts';
import type { Reader } from './wire/reader.ts';
import type { Writer } from './wire/writer.ts';

const FIRST_BYTE = 0x20;
/** MQTT 3.1.1, 3.2.2.3. */
const LAST_RETURN_CODE = 5;
const REASONS: ReadonlySet<number> = new Set([
  REASON.success,
  REASON.unspecified,
  REASON.malformedPacket,
  REASON.protocolError,
  REASON.implementationSpecific,
  REASON.unsupportedProtocolVersion,
  REASON.clientIdNotValid,
  REASON.badUserNameOrPassword,
  REASON.notAuthorized,
  REASON.serverUnavailable,
  REASON.serverBusy,
  REASON.banned,
  REASON.badAuthenticationMethod,
  REASON.topicNameInvalid,
  REASON.packetTooLarge,
  REASON.quotaExceeded,
  REASON.payloadFormatInvalid,
  REASON.retainNotSupported,
  REASON.qosNotSupported,
  REASON.useAnotherServer,
  REASON.serverMoved,
  REASON.connectionRateExceeded,
]);

export function readConnack(reader: Reader, level: Level): Connack {
  const flags = reader.u8('acknowledge flags');
  // MQTT 3.1 has no use for this byte.
  const sessionPresent = level > 3 && (flags & 1) !== 0;
  if (level > 3 && flags > 1) throw malformed('3.2.2-1', 'a CONNACK has reserved acknowledge flags set');
  const reasonCode = reader.u8('reason code');
  check(sessionPresent, reasonCode, level);
  const properties = level === 5 ? readProperties(reader, CARRIER.connack) : NO_PROPERTIES;
  checkAuthentication(properties);
  return { kind: 'connack', sessionPresent, reasonCode, properties };
}

/** What a version before 5 cannot say is left out. */
export function writeConnack(writer: Writer, packet: Connack, level: Level): number {
  const { sessionPresent, reasonCode, properties } = packet;
  check(sessionPresent, reasonCode, level);
  checkAuthentication(properties);
  writer.u8(sessionPresent && level > 3 ? 1 : 0, 'acknowledge flags');
  writer.u8(reasonCode, 'reason code');
  if (level === 5) writeProperties(writer, properties, CARRIER.connack);
  return FIRST_BYTE;
}

function check(sessionPresent: boolean, reasonCode: number, level: Level): void {
  const isKnown = level === 5 ? REASONS.has(reasonCode) : reasonCode <= LAST_RETURN_CODE;
  if (!isKnown) throw protocolError('3.2.2-8', `a CONNACK of version ${level} cannot have the code ${reasonCode}`);
  if (!sessionPresent || reasonCode === REASON.success) return;
  throw protocolError('3.2.2-6', 'a CONNACK refuses the connection and yet tells of a session');
}
