/** Owns CONNECT (MQTT 5.0, 3.1), also as versions 3.1 and 3.1.1 have it. */

import type { Connect, Level, Will } from './packet.ts';
import { malformed, PacketError } from './packet-error.ts';
import { REASON } from './reason-codes.ts';
import { checkAuthentication } from './wire/authentication.ts';
import { CARRIER, NO_PROPERTIES, readProperties, writeProperties } from './wire/properties.ts';
import { QOS_OF_BITS } from './wire/qos.ts';
import type { Reader } from './wire/reader.ts';
import { checkTopicName, readTopicName } from './wire/topics.ts';
import type { Writer } from './wire/writer.ts';

const FIRST_BYTE = 0x10;
const NAME_OF_LEVEL = { 3: 'MQIsdp', 4: 'MQTT', 5: 'MQTT' } as const;
const FLAG = { username: 0x80, password: 0x40, willRetain: 0x20, will: 0x04, cleanStart: 0x02, reserved: 0x01 };
const WILL_QOS_SHIFT = 3;

/** How every CONNECT begins: from here on it is known how the connection is to be answered. */
export interface Protocol {
  readonly name: string;
  readonly level: Level;
}

/** @throws PacketError for a version that is none of ours; whether the name belongs to it is for `readConnect` to say */
export function readProtocol(reader: Reader): Protocol {
  const name = reader.string('protocol name');
  const level = reader.u8('protocol version');
  if (level === 3 || level === 4 || level === 5) return { name, level };
  throw new PacketError(REASON.unsupportedProtocolVersion, '3.1.2-2', `there is no protocol version ${level} here`);
}

/** What follows the protocol. @param headerFlags the lower half of the packet's first byte */
export function readConnect(reader: Reader, headerFlags: number, { name, level }: Protocol): Connect {
  if (name !== NAME_OF_LEVEL[level]) throw wrongName(level);
  // MQTT 3.1 gives the flags of this packet no meaning and sets no value for them.
  if (level > 3 && headerFlags !== 0) throw malformed('2.1.3-1', 'a CONNECT has reserved bits set in its first byte');
  const flags = reader.u8('connect flags');
  checkFlags(flags, level);
  const keepAliveSeconds = reader.u16('keep alive');
  const properties = level === 5 ? readProperties(reader, CARRIER.connect) : NO_PROPERTIES;
  checkAuthentication(properties);
  const cleanStart = (flags & FLAG.cleanStart) !== 0;
  const clientId = reader.string('client identifier');
  if (clientId === '') checkNoClientId(level, cleanStart);
  const will = (flags & FLAG.will) === 0 ? undefined : readWill(reader, flags, level);
  const username = isGiven(reader, flags & FLAG.username, level) ? reader.string('user name') : undefined;
  const password = isGiven(reader, flags & FLAG.password, level) ? reader.binary('password') : undefined;
  return { kind: 'connect', level, cleanStart, keepAliveSeconds, clientId, username, password, will, properties };
}

export function writeConnect(writer: Writer, packet: Connect, askedLevel: Level): number {
  const { level, cleanStart, keepAliveSeconds, clientId, username, password, will, properties } = packet;
  if (level !== askedLevel) throw wrongName(level);
  if (will !== undefined && QOS_OF_BITS[will.qos] === undefined) throw noSuchWill(will.qos);
  const flags =
    (username === undefined ? 0 : FLAG.username) |
    (password === undefined ? 0 : FLAG.password) |
    (will?.retain ? FLAG.willRetain : 0) |
    ((will?.qos ?? 0) << WILL_QOS_SHIFT) |
    (will === undefined ? 0 : FLAG.will) |
    (cleanStart ? FLAG.cleanStart : 0);
  checkFlags(flags, level);
  checkAuthentication(properties);
  if (clientId === '') checkNoClientId(level, cleanStart);
  writer.string(NAME_OF_LEVEL[level], 'protocol name');
  writer.u8(level, 'protocol version');
  writer.u8(flags, 'connect flags');
  writer.u16(keepAliveSeconds, 'keep alive');
  if (level === 5) writeProperties(writer, properties, CARRIER.connect);
  writer.string(clientId, 'client identifier');
  if (will !== undefined) writeWill(writer, will, level);
  if (username !== undefined) writer.string(username, 'user name');
  if (password !== undefined) writer.binary(password, 'password');
  return FIRST_BYTE;
}

function wrongName(level: Level): PacketError {
  const message = `the protocol name is not ${NAME_OF_LEVEL[level]}, which version ${level} goes by`;
  return new PacketError(REASON.unsupportedProtocolVersion, '3.1.2-1', message);
}

function checkFlags(flags: number, level: Level): void {
  if (level < 5 && (flags & FLAG.password) !== 0 && (flags & FLAG.username) === 0) {
    throw malformed('3.1.2-22 of 3.1.1', 'a CONNECT has a password but no user name');
  }
  const hasWill = (flags & FLAG.will) !== 0;
  if (hasWill && QOS_OF_BITS[(flags >> WILL_QOS_SHIFT) & 3] === undefined) {
    throw noSuchWill(3);
  }
  // MQTT 3.1 disregards the reserved bit, and what is said about a will that is not there.
  if (level === 3) return;
  if ((flags & FLAG.reserved) !== 0) throw malformed('3.1.2-3', 'the reserved connect flag is set');
  if (hasWill) return;
  if (((flags >> WILL_QOS_SHIFT) & 3) !== 0) throw malformed('3.1.2-11', 'a CONNECT has the QoS of a will but no will');
  if ((flags & FLAG.willRetain) !== 0)
    throw malformed('3.1.2-13', 'a CONNECT has the retain flag of a will but no will');
}

function noSuchWill(qos: number): PacketError {
  return malformed('3.1.2-12', `there is no QoS ${qos} for a will`);
}

/** MQTT 5 gives a client without an id one (3.1.3-6), 3.1.1 only if it starts a clean session, 3.1 never. */
function checkNoClientId(level: Level, cleanStart: boolean): void {
  if (level === 5 || (level === 4 && cleanStart)) return;
  const clause = level === 4 ? '3.1.3-8 of 3.1.1' : '3.1 of 3.1';
  throw new PacketError(REASON.clientIdNotValid, clause, 'the client identifier is empty');
}

function readWill(reader: Reader, flags: number, level: Level): Will {
  const qos = QOS_OF_BITS[(flags >> WILL_QOS_SHIFT) & 3] ?? 0;
  const retain = (flags & FLAG.willRetain) !== 0;
  const given = level === 5 ? readProperties(reader, CARRIER.will) : NO_PROPERTIES;
  const { delaySeconds = 0, ...properties } = given;
  const topic = readTopicName(reader, '4.7.0-1', 'will topic');
  const payload = reader.binary('will payload');
  return { topic, payload, qos, retain, delaySeconds, properties };
}

function writeWill(writer: Writer, { topic, payload, delaySeconds, properties }: Will, level: Level): void {
  checkTopicName(topic, '4.7.0-1', 'will topic');
  if (level === 5)
    writeProperties(writer, delaySeconds === 0 ? properties : { ...properties, delaySeconds }, CARRIER.will);
  writer.string(topic, 'will topic');
  writer.binary(payload, 'will payload');
}

/** MQTT 3.1, 3.1: where the packet ends, neither user name nor password is missed, whatever the flags say. */
function isGiven(reader: Reader, flag: number, level: Level): boolean {
  return flag !== 0 && !(level === 3 && reader.remaining === 0);
}
