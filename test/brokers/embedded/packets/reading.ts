/** Owns how a suite reads all packets that bytes have, from either side. */

import { createDecoder, type Decoder } from '../../../../src/brokers/embedded/packets/decoder.ts';
import type { Level, Packet, Side } from '../../../../src/brokers/embedded/packets/packet.ts';

const UNLIMITED = 300_000_000;

/** @param level undefined where a client's CONNECT tells it */
export function decoderOf(from: Side, level: Level | undefined, maxPacketBytes = UNLIMITED): Decoder<Packet> {
  const known = level === undefined ? {} : { level };
  return from === 'client'
    ? createDecoder({ from, maxPacketBytes, ...known })
    : createDecoder({ from, maxPacketBytes, ...known });
}

/** @throws what the decoder throws */
export function readAll(from: Side, level: Level | undefined, chunks: readonly Buffer[]): Packet[] {
  const decoder = decoderOf(from, level);
  return chunks.flatMap((chunk) => {
    decoder.push(chunk);
    return drain(decoder);
  });
}

export function drain(decoder: Decoder<Packet>): Packet[] {
  const packets: Packet[] = [];
  for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) packets.push(packet);
  return packets;
}
