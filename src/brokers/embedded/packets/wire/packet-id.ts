/** Owns the one rule for packet identifiers that shows in a packet by itself: there is no 0 (MQTT 5.0, 2.2.1). */

import { type PacketError, protocolError } from '../packet-error.ts';
import type { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

const WHAT = 'packet identifier';

export function readPacketId(reader: Reader): number {
  const packetId = reader.u16(WHAT);
  if (packetId === 0) throw wrongId(packetId);
  return packetId;
}

export function writePacketId(writer: Writer, packetId: number): void {
  checkPacketId(packetId);
  writer.u16(packetId, WHAT);
}

export function checkPacketId(packetId: number): void {
  if (!Number.isInteger(packetId) || packetId < 1 || packetId > 0xffff) throw wrongId(packetId);
}

function wrongId(packetId: number): PacketError {
  return protocolError('2.2.1-3', `the ${WHAT} is ${packetId}, not a number from 1 to 65535`);
}
