/** Owns bytes that are gathered one after the other, with their checksum; what is large is taken as it is and not copied. */

import { crc32 } from 'node:zlib';

/** Bytes that go out together; they must not be changed any more. */
export interface Gathered {
  readonly parts: readonly Buffer[];
  readonly length: number;
  readonly checksum: number;
}

const FIRST_BYTES = 2048;
const LARGEST_BYTES = 64 * 1024;
/** Up to here it is cheaper to copy. */
const COPIED_BYTES = 4096;
/** A whole number up to 2^53 takes so many bytes at most. */
const INTEGER_BYTES = 8;
const NOTHING = Buffer.alloc(0);

export class Body {
  #parts: Buffer[] = [];
  #checksum = 0;
  /** Of the parts that are full. */
  #fullBytes = 0;
  #open = NOTHING;
  #end = 0;
  readonly #firstBytes: number;

  /** @param firstBytes what it makes room for to begin with */
  constructor(firstBytes = FIRST_BYTES) {
    this.#firstBytes = firstBytes;
  }

  get length(): number {
    return this.#fullBytes + this.#end;
  }

  byte(value: number): void {
    this.#makeRoom(1);
    this.#open[this.#end] = value;
    this.#end += 1;
  }

  /** Seven bits a byte, the lowest first. */
  integer(value: number): void {
    this.#makeRoom(INTEGER_BYTES);
    let left = value;
    while (left >= 0x80) {
      this.#open[this.#end] = (left % 0x80) | 0x80;
      this.#end += 1;
      left = Math.floor(left / 0x80);
    }
    this.#open[this.#end] = left;
    this.#end += 1;
  }

  text(text: string): void {
    const length = Buffer.byteLength(text);
    this.integer(length);
    this.#makeRoom(length);
    this.#end += this.#open.write(text, this.#end, length, length === text.length ? 'latin1' : 'utf8');
  }

  /** @param bytes are never changed again */
  bytes(bytes: Buffer): void {
    this.integer(bytes.length);
    if (bytes.length > COPIED_BYTES) {
      this.#closePart();
      this.#push(bytes);
      return;
    }
    this.#makeRoom(bytes.length);
    this.#end += bytes.copy(this.#open, this.#end);
  }

  /** All of it; what comes next begins anew. */
  take(): Gathered {
    this.#closePart();
    const gathered = { parts: this.#parts, length: this.#fullBytes, checksum: this.#checksum };
    this.#parts = [];
    this.#fullBytes = 0;
    this.#checksum = 0;
    this.#open = NOTHING;
    return gathered;
  }

  #makeRoom(bytes: number): void {
    if (this.#end + bytes <= this.#open.length) return;
    const next = Math.min(LARGEST_BYTES, Math.max(this.#firstBytes, 2 * this.#open.length));
    this.#closePart();
    this.#open = Buffer.allocUnsafe(Math.max(bytes, next));
  }

  #closePart(): void {
    if (this.#end > 0) this.#push(this.#open.subarray(0, this.#end));
    this.#open = this.#open.subarray(this.#end);
    this.#end = 0;
  }

  #push(part: Buffer): void {
    this.#parts.push(part);
    this.#fullBytes += part.length;
    this.#checksum = crc32(part, this.#checksum);
  }
}
