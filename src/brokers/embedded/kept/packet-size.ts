/** Owns how large a message is: what it counts towards a limit while it is kept, and what it takes on the wire. */

export interface Sizeable {
  readonly topic?: string;
  readonly payload?: string | Uint8Array;
  readonly properties?: object;
}

/** Bytes; properties count too, since a client could fill them instead of the payload. */
export function sizeOf({ topic = '', payload = '', properties }: Sizeable): number {
  const attached = properties === undefined ? 0 : Buffer.byteLength(JSON.stringify(properties));
  return topic.length + payload.length + attached;
}

/** Fixed header, the topic's length and the packet id: the most they can be. */
const FRAMING_BYTES = 9;

/** Bytes of a PUBLISH on the wire: exact but for the properties, which take less than this says. */
export function wireSizeOf(packet: Sizeable): number {
  return sizeOf(packet) + FRAMING_BYTES + Buffer.byteLength(packet.topic ?? '') - (packet.topic ?? '').length;
}
