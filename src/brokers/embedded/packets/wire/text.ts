/** Owns which characters the strings of MQTT may have (MQTT 5.0, 1.5.4); knows no packet. */

import { isUtf8 } from 'node:buffer';
import { malformed } from '../packet-error.ts';

/** What `survey` can have seen, as bits: nothing of it means plain ASCII without a wildcard. */
export const SEEN = { wildcard: 1, control: 2, beyondAscii: 4 } as const;

const CLASS_OF_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0x23 || byte === 0x2b) return SEEN.wildcard;
  if (byte < 0x20 || byte === 0x7f) return SEEN.control;
  return byte > 0x7f ? SEEN.beyondAscii : 0;
});

/** One look at every byte: most strings need no other. */
export function survey(bytes: Buffer, start: number, end: number): number {
  let seen = 0;
  for (let at = start; at < end; at += 1) seen |= CLASS_OF_BYTE[bytes[at] ?? 0] ?? 0;
  return seen;
}

/** @throws PacketError where the bytes are no UTF-8 (surrogates and overlong forms are none), or `checkText` has something against them */
export function decodeText(bytes: Buffer, start: number, end: number, what: string): string {
  if (!isUtf8(bytes.subarray(start, end))) throw malformed('1.5.4-1', `the ${what} is not well-formed UTF-8`);
  const text = bytes.toString('utf8', start, end);
  checkText(text, what);
  return text;
}

/**
 * MQTT 5.0, 1.5.4: U+0000 must be refused. U+0001 to U+001F, U+007F to U+009F and the non-characters should not be sent and may be
 * refused: we refuse them, since many clients leave over them.
 */
const UNWANTED = /[\p{Cc}\p{Noncharacter_Code_Point}]/u;

/** @throws PacketError for a string that no packet may have */
export function checkText(text: string, what: string): void {
  if (!text.isWellFormed()) throw malformed('1.5.4-1', `the ${what} has a lone surrogate`);
  if (text.includes('\0')) throw malformed('1.5.4-2', `the ${what} has a null character`);
  if (UNWANTED.test(text)) throw malformed('1.5.4', `the ${what} has a control character or a non-character`);
}
