/** Owns reading a journal from its first byte to its last. Changes nothing, and refuses what neither a crash nor a power cut leaves behind. */

import { ApiError } from '../../protocol/api-error.ts';
import type { OpenFile } from '../file-system.ts';
import { decodeFrame, decodeHeader, type Frame, type Header } from './line.ts';
import { Replay, type Replayed } from './replay.ts';

export interface JournalContent extends Replayed {
  readonly header: Header;
  /** Up to the end of the last whole line. */
  readonly wholeBytes: number;
  /** Behind it: a batch that was being written when everything ended. Nobody was told that it was kept. */
  readonly tornBytes: number;
  /** Of the next line. */
  readonly nextNumber: number;
  /** The part of the file that a compaction would keep, in bytes; an estimate. */
  readonly liveBytes: number;
}

const CHUNK_BYTES = 1 << 20;
const LINE_BREAK = 0x0a;

/**
 * @param path for the words of errors
 * @param newestVersion that this program knows
 * @throws ApiError `unavailable` whose message names file, line and byte offset of what cannot be read
 */
export async function readJournal(
  file: Pick<OpenFile, 'read'>,
  path: string,
  newestVersion: number,
): Promise<JournalContent> {
  const reading = new Reading(path, newestVersion);
  for (let position = 0; ; ) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = await file.read(chunk, position);
    if (length === 0) return reading.end();
    reading.feed(chunk.subarray(0, length));
    position += length;
  }
}

interface Place {
  /** 0 is the header. */
  readonly line: number;
  readonly byte: number;
}

class Reading {
  readonly #path: string;
  readonly #newestVersion: number;
  readonly #replay = new Replay();
  #header: Header | undefined;
  #next: Place = { line: 0, byte: 0 };
  /** The first line whose checksum does not match. */
  #damage: Place | undefined;
  /** Of a line whose end has not been read. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(path: string, newestVersion: number) {
    this.#path = path;
    this.#newestVersion = newestVersion;
  }

  feed(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(LINE_BREAK); end !== -1; end = bytes.indexOf(LINE_BREAK, start)) {
      this.#takeLine(bytes.subarray(start, end));
      this.#next = { line: this.#next.line + 1, byte: this.#next.byte + end + 1 - start };
      start = end + 1;
    }
    this.#rest = bytes.subarray(start);
    if (this.#header === undefined) throw unreadable(this.#path, this.#next, 'this is no journal of NestMTX Bridge');
  }

  end(): JournalContent {
    const whole = this.#damage ?? this.#next;
    const end = this.#next.byte + this.#rest.length;
    if (this.#header === undefined || !this.#replay.isPastSnapshot) {
      throw unreadable(this.#path, this.#next, 'the file ends within the snapshot it begins with');
    }
    const replayed = this.#replay.end();
    const { liveShare } = replayed;
    return {
      ...replayed,
      header: this.#header,
      wholeBytes: whole.byte,
      tornBytes: end - whole.byte,
      nextNumber: whole.line,
      liveBytes: Math.round(whole.byte * liveShare),
    };
  }

  #takeLine(line: Buffer): void {
    if (this.#header === undefined) this.#header = this.#headerOf(line);
    else if (this.#damage === undefined) this.#takeFrame(this.#frameOf(line, this.#header));
    else this.#refuseIfWhole(line, this.#header, this.#damage);
  }

  #headerOf(line: Buffer): Header {
    const header = decodeHeader(line);
    if (header === undefined) throw this.#unreadable('this is no journal of NestMTX Bridge');
    const { version } = header;
    if (version <= this.#newestVersion) return header;
    const known = `this program reads versions up to ${this.#newestVersion}`;
    throw this.#unreadable(`a newer program wrote this, in version ${version}; ${known}. Start the newer one`);
  }

  #frameOf(line: Buffer, header: Header): Frame | undefined {
    try {
      return decodeFrame(line, header);
    } catch (error) {
      throw this.#unreadable(error instanceof Error ? error.message : 'the line cannot be decoded');
    }
  }

  #takeFrame(frame: Frame | undefined): void {
    if (frame === undefined) {
      // A snapshot is on disk before the file has its name.
      if (!this.#replay.isPastSnapshot) throw this.#unreadable(NO_MATCH);
      this.#damage = this.#next;
      return;
    }
    const { line } = this.#next;
    if ((frame.number ?? line) !== line) throw this.#unreadable(`it has the number ${frame.number}`);
    const refusal = this.#replay.take(frame.content);
    if (refusal !== undefined) throw this.#unreadable(refusal);
  }

  /** Each line was confirmed by the disk before the next one was begun: where a whole one follows, the damaged one was whole as well. */
  #refuseIfWhole(line: Buffer, header: Header, damage: Place): void {
    if (this.#frameOf(line, header) === undefined) return;
    throw unreadable(this.#path, damage, `${NO_MATCH}, and a whole one follows at byte ${this.#next.byte}`);
  }

  #unreadable(reason: string): ApiError {
    return unreadable(this.#path, this.#next, reason);
  }
}

const NO_MATCH = 'the checksum does not match the line';

function unreadable(path: string, { line, byte }: Place, reason: string): ApiError {
  return new ApiError('unavailable', { message: `${path}, line ${line + 1}, byte ${byte}: ${reason}` });
}
