/** Owns reading a journal from its first frame to its last. Changes nothing, and refuses what neither a crash nor a power cut leaves behind. */

import { ApiError } from '../../../../protocol/api-error.ts';
import type { KeptFile } from './files.ts';
import { contentLength, FILE_HEADER_BYTES, FRAME_HEADER_BYTES, findFrame, frameNumber, readSalt } from './frame.ts';

export interface Ending {
  /** Up to where the file is good. */
  readonly goodBytes: number;
  /** The frame that was being written when everything ended: nobody was told that it was kept. */
  readonly torn: Buffer;
}

/**
 * @param take reads the content of a frame; what it throws is told with the frame's place
 * @throws ApiError `unavailable` whose message names the file, the byte and a way on
 */
export async function readJournal(file: KeptFile, path: string, take: (content: Buffer) => void): Promise<Ending> {
  const reader = new FileReader(file);
  const salt = readSalt(await reader.read(FILE_HEADER_BYTES));
  if (salt === undefined) throw refusal(path, 0, 'this is no journal of this version of the broker');
  for (let number = 0; ; number += 1) {
    const at = reader.position;
    const frame = await readFrame(reader);
    if (frame.length === 0) return { goodBytes: at, torn: frame };
    if (frameNumber(frame, salt) !== number) {
      const rest = Buffer.concat([frame, await reader.readAll()]);
      const later = findFrame(rest, number, salt);
      if (later === undefined) return { goodBytes: at, torn: rest };
      throw refusal(path, at, `the frame is damaged, and a good one follows at byte ${at + later}`);
    }
    try {
      take(frame.subarray(FRAME_HEADER_BYTES));
    } catch (error) {
      throw refusal(path, at, error instanceof Error ? error.message : 'the frame cannot be read', error);
    }
  }
}

export function refusal(path: string, at: number, reason: string, cause?: unknown): ApiError {
  const quoted = (name: string) => `'${name.replaceAll("'", String.raw`'\''`)}'`;
  const cure = `To go on without what the broker has kept: mv ${quoted(path)} ${quoted(`${path}.broken`)}`;
  const message = `${path}, byte ${at}: ${reason}. Nothing was changed. ${cure}`;
  return new ApiError('unavailable', { message, cause });
}

/** The next frame, or what is there of one; empty at the end. */
async function readFrame(reader: FileReader): Promise<Buffer> {
  const header = await reader.read(FRAME_HEADER_BYTES);
  const length = contentLength(header);
  if (length === undefined) return header;
  return Buffer.concat([header, await reader.read(length)]);
}

const CHUNK_BYTES = 1 << 20;

class FileReader {
  readonly #file: KeptFile;
  #chunk: Buffer = Buffer.alloc(0);
  /** Of the first byte that was not given yet, in the chunk and in the file. */
  #at = 0;
  position = 0;

  constructor(file: KeptFile) {
    this.#file = file;
  }

  /** Fewer bytes at the end of the file. */
  async read(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let missing = length;
    while (missing > 0) {
      if (this.#at === this.#chunk.length && !(await this.#fill())) break;
      const part = this.#chunk.subarray(this.#at, this.#at + missing);
      this.#at += part.length;
      this.position += part.length;
      missing -= part.length;
      parts.push(part);
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
  }

  readAll(): Promise<Buffer> {
    return this.read(Number.POSITIVE_INFINITY);
  }

  async #fill(): Promise<boolean> {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = await this.#file.read(chunk, this.position);
    this.#chunk = chunk.subarray(0, length);
    this.#at = 0;
    return length > 0;
  }
}
