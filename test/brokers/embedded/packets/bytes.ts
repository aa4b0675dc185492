/** Owns how the bytes of a packet are written down in a table: as the specification draws them, without the codec that is tried on them. */

type Level = 3 | 4 | 5;

/** A number is a byte, a string is a UTF-8 string behind its length, a Buffer is itself, and a function may differ by version. */
export type Part = number | string | Buffer | ((level: Level) => Buffer);

export type Bytes = (level: Level) => Buffer;

/** First byte, remaining length, and the rest. */
export function packet(first: number, ...parts: Part[]): Bytes {
  return (level) => {
    const body = join(parts, level);
    return Buffer.concat([Buffer.from([first]), variable(body.length), body]);
  };
}

/** As they stand: no length is added. */
export function bare(...parts: Part[]): Bytes {
  return (level) => join(parts, level);
}

/** Properties behind their length; nothing before MQTT 5. */
export function props(...parts: Part[]): Bytes {
  return (level) => (level === 5 ? counted(parts, level) : Buffer.alloc(0));
}

export function counted(parts: readonly Part[], level: Level): Buffer {
  const body = join(parts, level);
  return Buffer.concat([variable(body.length), body]);
}

export function u16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A variable byte integer; more than four bytes where the value needs them. */
export function variable(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  do {
    bytes.push((left % 128) + (left >= 128 ? 128 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.from(bytes);
}

/** Binary data, or a string that need not be UTF-8, behind its length. */
export function binary(bytes: Buffer): Buffer {
  return Buffer.concat([u16(bytes.length), bytes]);
}

export function hex(digits: string): Buffer {
  return Buffer.from(digits.replaceAll(' ', ''), 'hex');
}

export function raw(text: string): Buffer {
  return Buffer.from(text);
}

function join(parts: readonly Part[], level: Level): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'number') return Buffer.from([part]);
      if (typeof part === 'string') return binary(raw(part));
      return typeof part === 'function' ? part(level) : part;
    }),
  );
}
