/** Owns the bytes of the packet that is being written (MQTT 5.0, 1.5 and 2.1); refuses what has no form on the wire. */

import { malformed, PacketError } from '../packet-error.ts';
import { REASON } from '../reason-codes.ts';
import { checkText } from './text.ts';

/** The fixed header stands in front of the body, but how long it is shows only when that is written. */
const HEADER_ROOM = 5;
const USUAL_BYTES = 4096;
/** Its length then has one byte that is not 0. */
const MAX_PLAIN_LENGTH = 255;
const MAX_VARIABLE_INTEGER = 268_435_455;
const NOTHING = Buffer.alloc(0);

export class Writer {
  #bytes = Buffer.allocUnsafe(USUAL_BYTES);
  #end = HEADER_ROOM;

  /** Forgets what was written. */
  begin(): void {
    // One large packet should not cost its size for ever.
    if (this.#bytes.length > USUAL_BYTES) this.#bytes = Buffer.allocUnsafe(USUAL_BYTES);
    this.#end = HEADER_ROOM;
  }

  /** Bytes of the body up to here. */
  get length(): number {
    return this.#end - HEADER_ROOM;
  }

  u8(value: number, what: string): void {
    checkRange(value, 0xff, what);
    this.#makeRoom(1);
    this.#bytes[this.#end] = value;
    this.#end += 1;
  }

  u16(value: number, what: string): void {
    checkRange(value, 0xffff, what);
    this.#makeRoom(2);
    this.#end = this.#bytes.writeUInt16BE(value, this.#end);
  }

  u32(value: number, what: string): void {
    checkRange(value, 0xffff_ffff, what);
    this.#makeRoom(4);
    this.#end = this.#bytes.writeUInt32BE(value, this.#end);
  }

  variableInteger(value: number, what: string): void {
    checkRange(value, MAX_VARIABLE_INTEGER, what);
    this.#makeRoom(4);
    this.#end = putVariableInteger(this.#bytes, this.#end, value);
  }

  string(text: string, what: string): void {
    if (this.#plainString(text)) return;
    checkText(text, what);
    const length = Buffer.byteLength(text);
    this.u16(length, `length of the ${what}`);
    this.#makeRoom(length);
    this.#end += this.#bytes.write(text, this.#end, length, 'utf8');
  }

  binary(bytes: Buffer, what: string): void {
    this.u16(bytes.length, `length of the ${what}`);
    this.#makeRoom(bytes.length);
    this.#end += bytes.copy(this.#bytes, this.#end);
  }

  /** Writes what `write` writes behind its length, a variable byte integer. */
  measured(write: () => void, what: string): void {
    const start = this.#end;
    write();
    const length = this.#end - start;
    this.#makeRoom(4);
    checkRange(length, MAX_VARIABLE_INTEGER, what);
    const shift = sizeOfVariableInteger(length);
    this.#bytes.copyWithin(start + shift, start, this.#end);
    putVariableInteger(this.#bytes, start, length);
    this.#end += shift;
  }

  /** The packet: `first` is the first byte of its fixed header, `payload` follows what was written. */
  finish(first: number, payload: Buffer = NOTHING): Buffer {
    const remaining = this.length + payload.length;
    if (remaining > MAX_VARIABLE_INTEGER) {
      throw new PacketError(REASON.packetTooLarge, '2.1.4', `${remaining} bytes are more than a packet can have`);
    }
    const start = HEADER_ROOM - 1 - sizeOfVariableInteger(remaining);
    this.#bytes[start] = first;
    putVariableInteger(this.#bytes, start + 1, remaining);
    const packet = Buffer.allocUnsafe(this.#end - start + payload.length);
    this.#bytes.copy(packet, 0, start, this.#end);
    payload.copy(packet, this.#end - start);
    return packet;
  }

  /** Checks and writes a short string of printable ASCII in one go, as nearly all are; false where it is none. */
  #plainString(text: string): boolean {
    const { length } = text;
    if (length > MAX_PLAIN_LENGTH) return false;
    this.#makeRoom(2 + length);
    const bytes = this.#bytes;
    let at = this.#end + 2;
    for (let index = 0; index < length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit < 0x20 || unit > 0x7e) return false;
      bytes[at] = unit;
      at += 1;
    }
    bytes[this.#end] = 0;
    bytes[this.#end + 1] = length;
    this.#end = at;
    return true;
  }

  #makeRoom(bytes: number): void {
    const needed = this.#end + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}

function checkRange(value: number, max: number, what: string): void {
  if (Number.isInteger(value) && value >= 0 && value <= max) return;
  throw malformed('1.5', `the ${what} is ${value}, not an integer from 0 to ${max}`);
}

function sizeOfVariableInteger(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  return value < 0x20_0000 ? 3 : 4;
}

/** @returns where it ends */
function putVariableInteger(bytes: Buffer, at: number, value: number): number {
  let end = at;
  let left = value;
  while (left >= 0x80) {
    bytes[end] = (left & 0x7f) | 0x80;
    left >>>= 7;
    end += 1;
  }
  bytes[end] = left;
  return end + 1;
}
