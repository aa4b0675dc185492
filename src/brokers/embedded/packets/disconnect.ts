/** Owns DISCONNECT (MQTT 5.0, 3.14). */

import type { Disconnect, Level, Side } from './packet.ts';
import { protocolError } from './packet-error.ts';
import { REASON } from './reason-codes.ts';
import { CARRIER, isEmpty, NO_PROPERTIES, readProperties, writeProperties } from './wire/properties.ts';
import type { Reader } from './wire/reader.ts';
import type { Writer } from './wire/writer.ts';

const FIRST_BYTE = 0xe0;
const CARRIERS = { client: CARRIER.disconnectByClient, broker: CARRIER.disconnectByBroker };

/** Table 3-10, by its column "Sent by". */
const OF_BOTH = [
  REASON.success,
  REASON.unspecified,
  REASON.malformedPacket,
  REASON.protocolError,
  REASON.implementationSpecific,
  REASON.topicNameInvalid,
  REASON.receiveMaximumExceeded,
  REASON.topicAliasInvalid,
  REASON.packetTooLarge,
  REASON.messageRateTooHigh,
  REASON.quotaExceeded,
  REASON.administrativeAction,
  REASON.payloadFormatInvalid,
];
const REASONS: Readonly<Record<Side, ReadonlySet<number>>> = {
  client: new Set([...OF_BOTH, REASON.disconnectWithWill]),
  broker: new Set([
    ...OF_BOTH,
    REASON.notAuthorized,
    REASON.serverBusy,
    REASON.serverShuttingDown,
    // Missing in table 3-10, but in table 2-6.
    REASON.badAuthenticationMethod,
    REASON.keepAliveTimeout,
    REASON.sessionTakenOver,
    REASON.topicFilterInvalid,
    REASON.retainNotSupported,
    REASON.qosNotSupported,
    REASON.useAnotherServer,
    REASON.serverMoved,
    REASON.sharedNotSupported,
    REASON.connectionRateExceeded,
    REASON.maximumConnectTime,
    REASON.subscriptionIdsNotSupported,
    REASON.wildcardsNotSupported,
  ]),
};

export function readDisconnect(reader: Reader, level: Level, side: Side): Disconnect {
  // 3.14.2.1: a reason code that is left out is 0, and so is a property length.
  if (level < 5 || reader.remaining === 0) return { kind: 'disconnect', reasonCode: 0, properties: NO_PROPERTIES };
  const reasonCode = reader.u8('reason code');
  check(reasonCode, side);
  const properties = reader.remaining === 0 ? NO_PROPERTIES : readProperties(reader, CARRIERS[side]);
  return { kind: 'disconnect', reasonCode, properties };
}

/** What a version before 5 cannot say is left out. */
export function writeDisconnect(writer: Writer, { reasonCode, properties }: Disconnect, level: Level): number {
  // Only a client may change how long its session lasts (3.14.2-2).
  const side = properties.sessionExpirySeconds !== undefined || !REASONS.broker.has(reasonCode) ? 'client' : 'broker';
  check(reasonCode, side);
  if (level < 5 || (reasonCode === REASON.success && isEmpty(properties))) return FIRST_BYTE;
  writer.u8(reasonCode, 'reason code');
  if (!isEmpty(properties)) writeProperties(writer, properties, CARRIERS[side]);
  return FIRST_BYTE;
}

function check(reasonCode: number, side: Side): void {
  if (REASONS[side].has(reasonCode)) return;
  throw protocolError('3.14.2-1', `a DISCONNECT of a ${side} cannot have the reason code ${reasonCode}`);
}
