/** Owns the size of a connection's first packet: a stranger must not make us buffer more than a CONNECT needs. */

import type { Duplex } from 'node:stream';

/**
 * Destroys `connection` when the first MQTT packet declares more than `maxBytes` (MQTT 5.0, 1.5.5 and 2.1.4).
 * It looks at what the broker reads anyway and is out of the way once the first length is known.
 */
export function guardFirstPacket(connection: Duplex, maxBytes: number): void {
  const read = connection.read.bind(connection);
  let seen = 0;
  let declared = 0;

  connection.read = (size?: number): unknown => {
    const chunk: unknown = read(size);
    if (!Buffer.isBuffer(chunk)) return chunk;
    for (const byte of chunk) {
      seen += 1;
      if (seen === 1) continue; // the packet's type; the length follows in one to four bytes, seven bits each
      declared += (byte & 0x7f) * 128 ** (seen - 2);
      const isLast = (byte & 0x80) === 0;
      if (declared > maxBytes || (!isLast && seen === 5)) {
        connection.destroy(new Error(`the first packet declares ${declared} bytes, ${maxBytes} are allowed`));
        return null;
      }
      if (isLast) {
        connection.read = read;
        break;
      }
    }
    return chunk;
  };
}
