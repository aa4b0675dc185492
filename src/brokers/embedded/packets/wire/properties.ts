/** Owns the properties of MQTT 5: one table of what each is called, which packets may carry it, and how often (2.2.2). */

import { malformed, type PacketError, protocolError } from '../packet-error.ts';
import {
  ALIAS,
  data,
  type Format,
  flag,
  type GivenValues,
  type Label,
  long,
  MAXIMUM_QOS,
  NOT_ZERO,
  type PropertyValues,
  RESPONSE_TOPIC,
  SUBSCRIPTION_IDS,
  short,
  text,
  USER_PROPERTIES,
} from './property-values.ts';
import type { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

/** Who has properties: a packet, the will within one, or a packet of one side where the two may say different things. */
export interface Carrier {
  readonly title: string;
  /** Its place in the sets of carriers below. */
  readonly bit: number;
  /** The same packet of the other side, and the clause by which this side may not say all of that. */
  readonly otherSide?: { readonly bit: number; readonly clause: string };
}

export const CARRIER = {
  connect: { title: 'CONNECT', bit: 0x1 },
  will: { title: 'will', bit: 0x2 },
  connack: { title: 'CONNACK', bit: 0x4 },
  publishByClient: { title: 'PUBLISH of a client', bit: 0x8, otherSide: { bit: 0x10, clause: '3.3.4-6' } },
  publishByBroker: { title: 'PUBLISH of a broker', bit: 0x10 },
  acknowledgement: { title: 'PUBACK, PUBREC, PUBREL or PUBCOMP', bit: 0x20 },
  subscribe: { title: 'SUBSCRIBE', bit: 0x40 },
  suback: { title: 'SUBACK', bit: 0x80 },
  unsubscribe: { title: 'UNSUBSCRIBE', bit: 0x100 },
  unsuback: { title: 'UNSUBACK', bit: 0x200 },
  disconnectByClient: { title: 'DISCONNECT of a client', bit: 0x400 },
  disconnectByBroker: { title: 'DISCONNECT of a broker', bit: 0x800, otherSide: { bit: 0x400, clause: '3.14.2-2' } },
  auth: { title: 'AUTH', bit: 0x1000 },
} as const satisfies Record<string, Carrier>;

const CONNECT = CARRIER.connect.bit;
const WILL = CARRIER.will.bit;
const CONNACK = CARRIER.connack.bit;
const TO_READERS = CARRIER.publishByBroker.bit;
const PUBLISH = CARRIER.publishByClient.bit | TO_READERS;
const SUBSCRIBE = CARRIER.subscribe.bit;
const LEAVING_CLIENT = CARRIER.disconnectByClient.bit;
const LEAVING = LEAVING_CLIENT | CARRIER.disconnectByBroker.bit;
const LASTS = CONNECT | CONNACK | LEAVING_CLIENT;
const AUTH = CARRIER.auth.bit;
const EVERY = (AUTH << 1) - 1;
const SAYS_WHY = CONNACK | CARRIER.acknowledgement.bit | CARRIER.suback.bit | CARRIER.unsuback.bit | LEAVING | AUTH;

interface Property extends Label {
  /** Sets of carriers. */
  readonly carriers: number;
  readonly repeatsIn: number;
  readonly format: Format;
}

/** MQTT 5.0, table 2-4. Section 3.x of each says that it may come once only, where nothing else is said. */
const PROPERTIES: readonly Property[] = [
  property(0x01, 'payload format indicator', '3.3.2.3.2', PUBLISH | WILL, flag('payloadIsUtf8')),
  property(0x02, 'message expiry interval', '3.3.2.3.3', PUBLISH | WILL, long('expirySeconds')),
  property(0x03, 'content type', '3.3.2.3.9', PUBLISH | WILL, text('contentType')),
  property(0x08, 'response topic', '3.3.2.3.5', PUBLISH | WILL, RESPONSE_TOPIC),
  property(0x09, 'correlation data', '3.3.2.3.6', PUBLISH | WILL, data('correlationData')),
  property(0x0b, 'subscription identifier', '3.8.2.1.2', SUBSCRIBE | TO_READERS, SUBSCRIPTION_IDS, TO_READERS),
  property(0x11, 'session expiry interval', '3.1.2.11.2', LASTS, long('sessionExpirySeconds')),
  property(0x12, 'assigned client identifier', '3.2.2.3.7', CONNACK, text('assignedClientId')),
  property(0x13, 'server keep alive', '3.2.2.3.14', CONNACK, short('serverKeepAliveSeconds')),
  property(0x15, 'authentication method', '3.1.2.11.9', CONNECT | CONNACK | AUTH, text('authenticationMethod')),
  property(0x16, 'authentication data', '3.1.2.11.10', CONNECT | CONNACK | AUTH, data('authenticationData')),
  property(0x17, 'request problem information', '3.1.2.11.7', CONNECT, flag('requestProblemInformation')),
  property(0x18, 'will delay interval', '3.1.3.2.2', WILL, long('delaySeconds')),
  property(0x19, 'request response information', '3.1.2.11.6', CONNECT, flag('requestResponseInformation')),
  property(0x1a, 'response information', '3.2.2.3.15', CONNACK, text('responseInformation')),
  property(0x1c, 'server reference', '3.2.2.3.16', CONNACK | LEAVING, text('serverReference')),
  property(0x1f, 'reason string', '3.2.2.3.9', SAYS_WHY, text('reasonString')),
  property(0x21, 'receive maximum', '3.1.2.11.3', CONNECT | CONNACK, short('receiveMaximum', NOT_ZERO)),
  property(0x22, 'topic alias maximum', '3.1.2.11.5', CONNECT | CONNACK, short('topicAliasMaximum')),
  property(0x23, 'topic alias', '3.3.2.3.4', PUBLISH, short('topicAlias', ALIAS)),
  property(0x24, 'maximum QoS', '3.2.2.3.4', CONNACK, MAXIMUM_QOS),
  property(0x25, 'retain available', '3.2.2.3.5', CONNACK, flag('retainAvailable')),
  property(0x26, 'user property', '3.1.2.11.8', EVERY, USER_PROPERTIES, EVERY),
  property(0x27, 'maximum packet size', '3.1.2.11.4', CONNECT | CONNACK, long('maximumPacketBytes', NOT_ZERO)),
  property(0x28, 'wildcard subscription available', '3.2.2.3.11', CONNACK, flag('wildcardAvailable')),
  property(0x29, 'subscription identifier available', '3.2.2.3.12', CONNACK, flag('subscriptionIdsAvailable')),
  property(0x2a, 'shared subscription available', '3.2.2.3.13', CONNACK, flag('sharedAvailable')),
];

const BY_ID: readonly (Property | undefined)[] = Array.from({ length: 0x2b }, (_, id) =>
  PROPERTIES.find((known) => known.id === id),
);

/** Shared by all packets that have no properties. */
export const NO_PROPERTIES: GivenValues = Object.freeze({});

export function isEmpty(values: GivenValues): boolean {
  return values === NO_PROPERTIES || Object.keys(values).length === 0;
}

/** Reads the length and all that it counts. */
export function readProperties(reader: Reader, carrier: Carrier): GivenValues {
  const length = reader.variableInteger('property length');
  if (length === 0) return NO_PROPERTIES;
  const end = reader.narrow(length, 'properties');
  const values: PropertyValues = {};
  while (reader.remaining > 0) {
    const id = reader.variableInteger('property identifier');
    const known = BY_ID[id];
    if (known === undefined) throw malformed('2.2.2.2', `there is no property ${id}`);
    if ((known.carriers & carrier.bit) === 0) throw isForeign(known, carrier);
    if (values[known.format.name] !== undefined && (known.repeatsIn & carrier.bit) === 0) {
      throw protocolError(known.clause, `the ${known.title} comes twice in a ${carrier.title}`);
    }
    known.format.read(reader, values, known);
  }
  reader.widen(end);
  return values;
}

/** @throws PacketError for properties that the carrier may not have */
export function writeProperties(writer: Writer, values: GivenValues, carrier: Carrier): void {
  if (isEmpty(values)) {
    writer.u8(0, 'property length');
    return;
  }
  const write = () => {
    for (const known of PROPERTIES) {
      if (values[known.format.name] === undefined) continue;
      if ((known.carriers & carrier.bit) === 0) throw isForeign(known, carrier);
      known.format.write(writer, values, known);
    }
  };
  writer.measured(write, 'property length');
}

function property(
  id: number,
  title: string,
  clause: string,
  carriers: number,
  format: Format,
  repeatsIn = 0,
): Property {
  return { id, title, clause, carriers, repeatsIn, format };
}

/** 2.2.2.2: an identifier that is not valid for its type of packet makes that malformed. */
function isForeign({ title, carriers }: Property, { title: packet, otherSide }: Carrier): PacketError {
  const message = `a ${packet} cannot carry a ${title}`;
  if (otherSide === undefined || (carriers & otherSide.bit) === 0) return malformed('2.2.2.2', message);
  return protocolError(otherSide.clause, message);
}
