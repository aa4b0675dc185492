/**
 * Owns the form of the file: a header, and frames behind it. Each frame was written and confirmed by the disk before the next one
 * was begun, so that only the last one can be torn.
 */

import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Gathered } from '../records/body.ts';

/** Fifteen letters and the version of the form. */
const MAGIC = Buffer.from('nestmtx-broker \x01', 'latin1');
const SALT_BYTES = 16;
export const FILE_HEADER_BYTES = MAGIC.length + SALT_BYTES;

/** Found quickly where a frame may begin. Behind it: length of the content, number of the frame, checksum over all of it. */
const MARK = Buffer.from([0xf5, 0x4b, 0x46, 0x0a]);
export const FRAME_HEADER_BYTES = 16;

export interface FileHeader {
  readonly bytes: Buffer;
  /**
   * Goes into each checksum, and is known to nobody who writes messages: else a payload could look like a frame where one is
   * torn, and keep the broker from starting.
   */
  readonly salt: Buffer;
}

export function newFileHeader(): FileHeader {
  const salt = randomBytes(SALT_BYTES);
  return { bytes: Buffer.concat([MAGIC, salt]), salt };
}

/** Undefined when the file is none of ours, or of another version. */
export function readSalt(header: Buffer): Buffer | undefined {
  const isOurs = header.length === FILE_HEADER_BYTES && header.subarray(0, MAGIC.length).equals(MAGIC);
  return isOurs ? header.subarray(MAGIC.length) : undefined;
}

export function frameHeader({ length, checksum }: Gathered, number: number, salt: Buffer): Buffer {
  const header = Buffer.allocUnsafe(FRAME_HEADER_BYTES);
  MARK.copy(header);
  header.writeUInt32LE(length, 4);
  header.writeUInt32LE(number, 8);
  header.writeUInt32LE(sealOf(header, checksum, salt), 12);
  return header;
}

/** How long the content behind a header is; undefined when no frame begins there. */
export function contentLength(bytes: Buffer, at = 0): number | undefined {
  if (bytes.length - at < FRAME_HEADER_BYTES || MARK.compare(bytes, at, at + MARK.length) !== 0) return undefined;
  return bytes.readUInt32LE(at + 4);
}

/** The number of the frame that begins there, if all of it is there and as it was written. */
export function frameNumber(bytes: Buffer, salt: Buffer, at = 0): number | undefined {
  const length = contentLength(bytes, at);
  const start = at + FRAME_HEADER_BYTES;
  if (length === undefined || length > bytes.length - start) return undefined;
  const seal = sealOf(bytes.subarray(at, start), crc32(bytes.subarray(start, start + length)), salt);
  return seal === bytes.readUInt32LE(at + 12) ? bytes.readUInt32LE(at + 8) : undefined;
}

/** Where the first frame begins that is good and has this number or a higher one; undefined when there is none. */
export function findFrame(bytes: Buffer, number: number, salt: Buffer): number | undefined {
  for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + 1)) {
    const found = frameNumber(bytes, salt, at);
    if (found !== undefined && found >= number) return at;
  }
  return undefined;
}

/** @param checksum of the content */
function sealOf(header: Buffer, checksum: number, salt: Buffer): number {
  return crc32(salt, crc32(header.subarray(0, 12), checksum));
}
