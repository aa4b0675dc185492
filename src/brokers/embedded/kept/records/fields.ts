/** Owns a place in the bytes of a frame and reads what `Body` has written there; never reads past its end. */

export class Fields {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw endsEarly();
    this.#at += 1;
    return byte;
  }

  integer(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      if (value > Number.MAX_SAFE_INTEGER) throw new Error('a number is too large');
    }
  }

  text(): string {
    return this.bytes().toString();
  }

  /** A slice, no copy. */
  bytes(): Buffer {
    const length = this.integer();
    const start = this.#at;
    if (length > this.#bytes.length - start) throw endsEarly();
    this.#at = start + length;
    return this.#bytes.subarray(start, this.#at);
  }
}

function endsEarly(): Error {
  return new Error('the frame ends within a record');
}
