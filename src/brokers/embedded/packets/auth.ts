/** Owns AUTH (MQTT 5.0, 3.15). */

import type { Auth, Level, Side } from './packet.ts';
import { malformed, protocolError } from './packet-error.ts';
import { REASON } from './reason-codes.ts';
import { CARRIER, isEmpty, NO_PROPERTIES, readProperties, writeProperties } from './wire/properties.ts';
import type { Reader } from './wire/reader.ts';
import type { Writer } from './wire/writer.ts';

const FIRST_BYTE = 0xf0;

/** Table 3-11. */
const REASONS: Readonly<Record<Side, ReadonlySet<number>>> = {
  client: new Set([REASON.continueAuthentication, REASON.reAuthenticate]),
  broker: new Set([REASON.success, REASON.continueAuthentication]),
};

export function readAuth(reader: Reader, side: Side): Auth {
  // 3.15.2.1: success without properties is told by an empty packet, which then names no method either.
  const isEmpty = reader.remaining === 0;
  const reasonCode = isEmpty ? REASON.success : reader.u8('reason code');
  check(reasonCode, side);
  const properties = isEmpty ? NO_PROPERTIES : readProperties(reader, CARRIER.auth);
  if (!isEmpty) checkMethod(properties);
  return { kind: 'auth', reasonCode, properties };
}

export function writeAuth(writer: Writer, { reasonCode, properties }: Auth, level: Level): number {
  if (level < 5) throw malformed('2.1.2', `there is no AUTH in version ${level}`);
  check(reasonCode, reasonCode === REASON.reAuthenticate ? 'client' : 'broker');
  if (reasonCode === REASON.success && isEmpty(properties)) return FIRST_BYTE;
  checkMethod(properties);
  writer.u8(reasonCode, 'reason code');
  writeProperties(writer, properties, CARRIER.auth);
  return FIRST_BYTE;
}

function check(reasonCode: number, side: Side): void {
  if (REASONS[side].has(reasonCode)) return;
  throw protocolError('3.15.2-1', `an AUTH of a ${side} cannot have the reason code ${reasonCode}`);
}

function checkMethod({ authenticationMethod }: Auth['properties']): void {
  if (authenticationMethod === undefined) throw protocolError('3.15.2.2.2', 'an AUTH names no authentication method');
}
