/** Owns the bytes of a connection that were received and not read yet, and where the packet in front of them ends (MQTT 5.0, 2.1). */

import { malformed } from '../packet-error.ts';
import type { Reader } from './reader.ts';

const NOTHING = Buffer.alloc(0);
const MAX_LENGTH_BYTES = 4;

export class Backlog {
  /** Of the packet in front, once `findHeader` has said so: bytes of its fixed header and of the rest. */
  headerBytes = 0;
  bodyBytes = 0;
  /** Whether its length takes more bytes than it needs. */
  isPadded = false;
  /** A chunk as it was received, or storage of our own with room behind `#end`. What is before `#end` is never written again. */
  #bytes: Buffer = NOTHING;
  #isOwn = false;
  #at = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#at;
  }

  /** The first byte of the packet in front, where `length` is not 0. */
  get first(): number {
    return this.#bytes[this.#at] ?? 0;
  }

  push(chunk: Buffer): void {
    if (this.length === 0) {
      this.#bytes = chunk;
      this.#isOwn = false;
      this.#at = 0;
      this.#end = chunk.length;
      return;
    }
    if (!this.#isOwn || this.#end + chunk.length > this.#bytes.length) this.#move(this.length + chunk.length);
    chunk.copy(this.#bytes, this.#end);
    this.#end += chunk.length;
  }

  /** Whether the whole fixed header is there. @throws PacketError for a length of more than four bytes */
  findHeader(): boolean {
    let value = 0;
    for (let index = 1; index <= MAX_LENGTH_BYTES; index += 1) {
      if (this.#at + index >= this.#end) return false;
      const byte = this.#bytes[this.#at + index] ?? 0;
      value |= (byte & 0x7f) << (7 * (index - 1));
      if (byte >= 0x80) continue;
      this.headerBytes = index + 1;
      this.bodyBytes = value;
      this.isPadded = byte === 0 && index > 1;
      return true;
    }
    throw malformed('1.5.5', 'the remaining length takes more than four bytes');
  }

  /** Steps behind the packet that `findHeader` has found and shows its body to the reader; false while that is not whole. */
  take(reader: Reader): boolean {
    const start = this.#at + this.headerBytes;
    const end = start + this.bodyBytes;
    if (end > this.#end) return false;
    reader.begin(this.#bytes, start, end);
    this.#at = end;
    return true;
  }

  /** To be called when nothing can be read for now: a few bytes left of a chunk must not keep all of it. */
  settle(): void {
    if (this.length === 0) this.clear();
    else if (!this.#isOwn) this.#move(this.length);
  }

  clear(): void {
    this.#bytes = NOTHING;
    this.#isOwn = false;
    this.#at = 0;
    this.#end = 0;
  }

  /** To storage that doubles whenever it is full: many small chunks cost no more than a few large ones. */
  #move(needed: number): void {
    const own = Buffer.allocUnsafe(Math.max(needed, 2 * this.length));
    this.#end = this.#bytes.copy(own, 0, this.#at, this.#end);
    this.#bytes = own;
    this.#isOwn = true;
    this.#at = 0;
  }
}
