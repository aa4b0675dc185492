/** Owns a place in the bytes of one packet and reads what MQTT has there (MQTT 5.0, 1.5); never reads past the packet's end. */

import { malformed, type PacketError } from '../packet-error.ts';
import { decodeText, SEEN, survey } from './text.ts';

const NOTHING = Buffer.alloc(0);

/** Every method takes the name of what it reads, for the error that tells of its absence. */
export class Reader {
  /** Of the string that was read last: whether it has `+` or `#`. */
  hasWildcard = false;
  #bytes: Buffer = NOTHING;
  #at = 0;
  #end = 0;

  /** Goes to the body of the next packet: the bytes from `start` to before `end`. */
  begin(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** Lets go of the bytes. */
  end(): void {
    this.begin(NOTHING, 0, 0);
  }

  get remaining(): number {
    return this.#end - this.#at;
  }

  u8(what: string): number {
    if (this.#at >= this.#end) throw endsBefore('1.5.1', what);
    const byte = this.#bytes[this.#at] ?? 0;
    this.#at += 1;
    return byte;
  }

  u16(what: string): number {
    if (this.#at + 2 > this.#end) throw endsBefore('1.5.2', what);
    const value = ((this.#bytes[this.#at] ?? 0) << 8) | (this.#bytes[this.#at + 1] ?? 0);
    this.#at += 2;
    return value;
  }

  u32(what: string): number {
    if (this.#at + 4 > this.#end) throw endsBefore('1.5.3', what);
    const value = this.#bytes.readUInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  /** Seven bits a byte, the lowest first, in one to four bytes and in no more than it needs. */
  variableInteger(what: string): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8(what);
      value |= (byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      if (byte === 0 && shift > 0) throw malformed('1.5.5-1', `the ${what} takes more bytes than it needs`);
      return value;
    }
    throw malformed('1.5.5', `the ${what} takes more than four bytes`);
  }

  /** A UTF-8 string behind its length. */
  string(what: string): string {
    const length = this.u16(what);
    const start = this.#at;
    const end = start + length;
    if (end > this.#end) throw endsBefore('1.5.4', what);
    this.#at = end;
    const seen = survey(this.#bytes, start, end);
    this.hasWildcard = (seen & SEEN.wildcard) !== 0;
    if (seen > SEEN.wildcard) return decodeText(this.#bytes, start, end, what);
    return this.#bytes.toString('latin1', start, end);
  }

  /** Bytes behind their length: a slice, no copy. */
  binary(what: string): Buffer {
    const length = this.u16(what);
    if (this.#at + length > this.#end) throw endsBefore('1.5.6', what);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Whatever is left: a slice, no copy. */
  rest(): Buffer {
    const rest = this.#bytes.subarray(this.#at, this.#end);
    this.#at = this.#end;
    return rest;
  }

  /** Makes the packet seem to end after `length` bytes. The result is for `widen`. */
  narrow(length: number, what: string): number {
    const end = this.#end;
    if (this.#at + length > end) throw endsBefore('2.2.2.1', what);
    this.#end = this.#at + length;
    return end;
  }

  widen(end: number): void {
    this.#end = end;
  }

  /** @throws PacketError where anything is left */
  finish(): void {
    if (this.remaining > 0) throw malformed('2.1.4', `${this.remaining} bytes too many, the packet should have ended`);
  }
}

function endsBefore(clause: string, what: string): PacketError {
  return malformed(clause, `the packet ends before or within its ${what}`);
}
