/**
 * Owns the form of an entry of the log: one message, or several where it is larger than a message may be. Each says behind which one it was
 * appended; what lies elsewhere was never appended, whoever let it in.
 */

import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { Entry } from '../../store/commit-log.ts';

/** A message of the stream, whichever way it was read. */
export interface Stored {
  readonly seq: number;
  readonly header: MsgHdrs | undefined;
  readonly data: Uint8Array;
}

/** What it takes to append one message. */
export interface Part {
  readonly data: Uint8Array;
  readonly headers: MsgHdrs;
}

const PART = 'Part';
const VERSION = 'Version';
const BY = 'By';
const EXPECTED = 'Nats-Expected-Last-Sequence';
/** A batch without changes. */
export const NOTHING = '[]';

/** @param version of the records @param by which bridge appends it */
export function partsOf(batch: string, version: number, partBytes: number, by?: string): Part[] {
  const bytes = Buffer.from(batch);
  const count = Math.max(1, Math.ceil(bytes.length / partBytes));
  return Array.from({ length: count }, (_, i) => {
    const own = headers();
    own.set(VERSION, String(version));
    if (by !== undefined) own.set(BY, by);
    if (count > 1) own.set(PART, `${i + 1}/${count}`);
    return { data: bytes.subarray(i * partBytes, (i + 1) * partBytes), headers: own };
  });
}

export function versionOf({ header }: Stored): number {
  return Number(header?.get(VERSION) || 0);
}

/** For people, and for whoever looks whether nobody wrote who had no right to. */
export function writerOf({ header }: Stored): string | undefined {
  return header?.get(BY) || undefined;
}

/** Puts entries together. What was begun and not ended is nothing, and so is what does not lie in its place. */
export class Assembly {
  #parts: Uint8Array[] = [];

  take({ seq, header, data }: Stored): Entry {
    const [number = 1, count = 1] = (header?.get(PART) || '1/1').split('/').map(Number);
    const isInPlace = header?.get(EXPECTED) === String(seq - 1);
    if (!isInPlace || number !== this.#parts.length + 1) this.#parts = [];
    if (!isInPlace || number !== this.#parts.length + 1) return { position: seq, batch: NOTHING };
    this.#parts.push(data);
    if (number < count) return { position: seq, batch: NOTHING };
    const batch = Buffer.concat(this.#parts).toString();
    this.#parts = [];
    return { position: seq, batch };
  }
}
