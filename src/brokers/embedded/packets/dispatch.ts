/** Owns which packets each side may send, with which bits in the first byte, and who reads them (MQTT 5.0, 2.1). */

import { readAcknowledgement } from './acknowledgement.ts';
import { readAuth } from './auth.ts';
import { readConnack } from './connack.ts';
import { readDisconnect } from './disconnect.ts';
import type { Acknowledgement, Auth, BrokerPacket, ClientPacket, Connect, Disconnect, Level, Side } from './packet.ts';
import { malformed, type PacketError, protocolError } from './packet-error.ts';
import { readPublish } from './publish.ts';
import { readSuback } from './suback.ts';
import { readSubscribe } from './subscribe.ts';
import { readUnsuback } from './unsuback.ts';
import { readUnsubscribe } from './unsubscribe.ts';
import type { Reader } from './wire/reader.ts';

/** Table 2-1: the upper half of the first byte. */
const TYPE = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  suback: 9,
  unsubscribe: 10,
  unsuback: 11,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
  auth: 15,
} as const;
const NAMES = ['packet of type 0', ...Object.keys(TYPE).map((name) => name.toUpperCase())];

const MAY_SEND: Readonly<Record<Side, ReadonlySet<number>>> = {
  client: new Set([TYPE.subscribe, TYPE.unsubscribe, TYPE.pingreq]),
  broker: new Set([TYPE.connack, TYPE.suback, TYPE.unsuback, TYPE.pingresp]),
};
const BOTH_MAY_SEND: ReadonlySet<number> = new Set([
  TYPE.puback,
  TYPE.pubrec,
  TYPE.pubrel,
  TYPE.pubcomp,
  TYPE.disconnect,
  TYPE.auth,
]);

/** Table 2-2: the lower half of the first byte is 0 but for these; a PUBLISH reads its own. */
const FLAGS_OF_TYPE: ReadonlyMap<number, number> = new Map([
  [TYPE.pubrel, 2],
  [TYPE.subscribe, 2],
  [TYPE.unsubscribe, 2],
]);

/** Whether what follows is the CONNECT with which a client begins. @throws PacketError where it is not */
export function judgeFirst(first: number): void {
  if (first >> 4 === TYPE.connect) return;
  throw protocolError('3.1.0-1', `the first packet of a client is a ${nameOf(first)}, not a CONNECT`);
}

/** Whether the side may send such a packet at all. @throws PacketError where it may not */
export function judge(first: number, level: Level, side: Side): void {
  const type = first >> 4;
  if (type === TYPE.publish) return;
  if (type === 0 || (type === TYPE.auth && level < 5)) {
    throw malformed('2.1.2', `version ${level} has no packet of type ${type}`);
  }
  if (type === TYPE.connect && side === 'client') throw protocolError('3.1.0-2', 'a client sends a second CONNECT');
  if (!MAY_SEND[side].has(type) && !BOTH_MAY_SEND.has(type)) throw isForeign(first, level, side);
  // Only MQTT 5 lets the broker say goodbye.
  if (type === TYPE.disconnect && level < 5 && side === 'broker') throw isForeign(first, level, side);
  // MQTT 3.1 gives the flags of these packets no meaning.
  if (level === 3 || (first & 0xf) === (FLAGS_OF_TYPE.get(type) ?? 0)) return;
  throw malformed('2.1.3-1', `a ${nameOf(first)} has the wrong bits in its first byte`);
}

const PINGREQ = Object.freeze({ kind: 'pingreq' });
const PINGRESP = Object.freeze({ kind: 'pingresp' });

/** Reads the body of what a client sends after its CONNECT. */
export function readFromClient(reader: Reader, first: number, level: Level): Exclude<ClientPacket, Connect> {
  switch (first >> 4) {
    case TYPE.publish:
      return readPublish(reader, first & 0xf, level, 'client');
    case TYPE.subscribe:
      return readSubscribe(reader, level);
    case TYPE.unsubscribe:
      return readUnsubscribe(reader, level);
    case TYPE.pingreq:
      return PINGREQ;
    default:
      return readFromEither(reader, first, level, 'client');
  }
}

export function readFromBroker(reader: Reader, first: number, level: Level): BrokerPacket {
  switch (first >> 4) {
    case TYPE.publish:
      return readPublish(reader, first & 0xf, level, 'broker');
    case TYPE.connack:
      return readConnack(reader, level);
    case TYPE.suback:
      return readSuback(reader, level);
    case TYPE.unsuback:
      return readUnsuback(reader, level);
    case TYPE.pingresp:
      return PINGRESP;
    default:
      return readFromEither(reader, first, level, 'broker');
  }
}

function readFromEither(reader: Reader, first: number, level: Level, side: Side): Acknowledgement | Disconnect | Auth {
  switch (first >> 4) {
    case TYPE.puback:
      return readAcknowledgement(reader, 'puback', level);
    case TYPE.pubrec:
      return readAcknowledgement(reader, 'pubrec', level);
    case TYPE.pubrel:
      return readAcknowledgement(reader, 'pubrel', level);
    case TYPE.pubcomp:
      return readAcknowledgement(reader, 'pubcomp', level);
    case TYPE.disconnect:
      return readDisconnect(reader, level, side);
    case TYPE.auth:
      return readAuth(reader, side);
    default:
      throw isForeign(first, level, side);
  }
}

function isForeign(first: number, level: Level, side: Side): PacketError {
  return protocolError('2.1.2', `a ${nameOf(first)} does not come from a ${side} in version ${level}`);
}

function nameOf(first: number): string {
  return NAMES[first >> 4] ?? '';
}
