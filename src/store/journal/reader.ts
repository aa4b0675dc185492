/** Owns reading a journal from its first byte to its last. Changes nothing, and refuses what a crash cannot have left behind. */

import type { StoredRecord } from '../../core/store.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { OpenFile } from '../file-system.ts';
import type { Records } from '../store-data.ts';
import { type Change, decodeLine, isCommit, isHeader, isSnapshotEnd } from './line.ts';

export interface JournalContent {
  readonly version: number;
  readonly records: Records;
  /** Up to the end of the last whole line. */
  readonly wholeBytes: number;
  /** Of a torn last line behind them: a commit that was never acknowledged. */
  readonly tornBytes: number;
  /** Lines behind the snapshot. */
  readonly commits: number;
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
export async function readJournal(file: OpenFile, path: string, newestVersion: number): Promise<JournalContent> {
  const reading = new Reading(path, newestVersion);
  for (let position = 0; ; ) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = await file.read(chunk, position);
    if (length === 0) return reading.end();
    reading.feed(chunk.subarray(0, length));
    position += length;
  }
}

class Reading {
  readonly #path: string;
  readonly #newestVersion: number;
  readonly #records: Records = new Map();
  #version = 0;
  #snapshotSize: number | undefined;
  #changes = 0;
  #commits = 0;
  #line = 0;
  #offset = 0;
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
      this.#offset += end + 1 - start;
      start = end + 1;
    }
    this.#rest = bytes.subarray(start);
    if (this.#line === 0) throw this.#unreadable('this is no journal of NestMTX Bridge');
  }

  end(): JournalContent {
    if (this.#snapshotSize === undefined) throw this.#unreadable('the file ends within the snapshot it begins with');
    const live = [...this.#records.values()].reduce((sum, records) => sum + records.size, 0);
    return {
      version: this.#version,
      records: this.#records,
      wholeBytes: this.#offset,
      tornBytes: this.#rest.length,
      commits: this.#commits,
      liveBytes: this.#changes === 0 ? this.#offset : Math.round((this.#offset * live) / this.#changes),
    };
  }

  #takeLine(line: Buffer): void {
    const content = this.#decode(line);
    if (this.#line === 0) this.#takeHeader(content);
    else if (isCommit(content)) this.#replay(content);
    else if (isSnapshotEnd(content) && this.#snapshotSize === undefined) this.#endSnapshot(content.snapshot);
    else throw this.#unreadable('the line is neither a commit nor the end of the snapshot');
    this.#line += 1;
  }

  #decode(line: Buffer): unknown {
    try {
      return decodeLine(line);
    } catch (error) {
      if (this.#line === 0) return undefined;
      throw this.#unreadable(error instanceof Error ? error.message : 'the line cannot be decoded');
    }
  }

  #takeHeader(content: unknown): void {
    if (!isHeader(content)) throw this.#unreadable('this is no journal of NestMTX Bridge');
    if (content.version > this.#newestVersion) {
      const known = `this program reads versions up to ${this.#newestVersion}`;
      throw this.#unreadable(
        `a newer program wrote this, in version ${content.version}; ${known}. Start the newer one`,
      );
    }
    this.#version = content.version;
  }

  #endSnapshot(size: number): void {
    if (size !== this.#changes) throw this.#unreadable(`the snapshot has ${this.#changes} records instead of ${size}`);
    this.#snapshotSize = size;
  }

  #replay(changes: readonly Change[]): void {
    for (const [collection, id, record] of changes) {
      const records = this.#records.get(collection) ?? new Map<string, StoredRecord>();
      this.#records.set(collection, records);
      if (record === undefined) records.delete(id);
      else records.set(id, record);
    }
    this.#changes += changes.length;
    if (this.#snapshotSize !== undefined) this.#commits += 1;
  }

  #unreadable(reason: string): ApiError {
    const place = `${this.#path}, line ${this.#line + 1}, byte ${this.#offset}`;
    return new ApiError('unavailable', { message: `${place}: ${reason}` });
  }
}
