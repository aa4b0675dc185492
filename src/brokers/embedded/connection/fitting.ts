/** Owns how a packet is made to fit into what its client takes (MQTT 5.0, 3.1.2-24): without the reason in words, or not at all. */

import { encode } from '../packets/encode.ts';
import type { BrokerPacket, Level } from '../packets/packet.ts';

/** Undefined where even the shorter form is too large. */
export function encodeFitting(packet: BrokerPacket, level: Level, maximumBytes: number): Buffer | undefined {
  const bytes = encode(packet, level);
  if (bytes.length <= maximumBytes) return bytes;
  const shorter = withoutReason(packet);
  if (shorter === undefined) return undefined;
  const fewer = encode(shorter, level);
  return fewer.length <= maximumBytes ? fewer : undefined;
}

/** Those of our packets that say in words why (3.2.2-19 and 3.14.2-3). */
function withoutReason(packet: BrokerPacket): BrokerPacket | undefined {
  if (packet.kind !== 'connack' && packet.kind !== 'disconnect') return undefined;
  const { reasonString: _, ...properties } = packet.properties;
  return packet.kind === 'connack' ? { ...packet, properties } : { ...packet, properties };
}
