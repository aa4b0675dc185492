/**
 * Owns an open journal to which lines are appended: what is appended at once is one line, so that of a batch that is cut short nothing is
 * left. A failed append leaves the file as it was, or stops all further ones.
 */

import { ApiError } from '../../protocol/api-error.ts';
import { type OpenFile, writeAll } from '../file-system.ts';
import { encodeFrame, encodeHeader, type Header } from './line.ts';

/** Up to where an open journal is good. */
interface Reached {
  readonly sizeBytes: number;
  /** Of the line that comes next. */
  readonly number: number;
}

export class JournalFile {
  readonly #file: OpenFile;
  readonly #salt: string;
  #size: number;
  #number: number;
  #fault: string | null = null;

  constructor(file: OpenFile, salt: string, { sizeBytes, number }: Reached) {
    this.#file = file;
    this.#salt = salt;
    this.#size = sizeBytes;
    this.#number = number;
  }

  /** On disk with the next `append`. */
  static async begin(file: OpenFile, header: Header & { readonly salt: string }): Promise<JournalFile> {
    const bytes = Buffer.from(encodeHeader(header));
    await writeAll(file, bytes, 0);
    return new JournalFile(file, header.salt, { sizeBytes: bytes.length, number: 1 });
  }

  get size(): number {
    return this.#size;
  }

  get fault(): string | null {
    return this.#fault;
  }

  /**
   * Resolves when the line with this content is on disk.
   * @throws ApiError `unavailable`; the file then ends where it ended before
   */
  async append(json: string): Promise<void> {
    if (this.#fault !== null) throw unavailable(this.#fault);
    const bytes = this.#frame(json);
    try {
      await writeAll(this.#file, bytes, this.#size);
    } catch (error) {
      await this.#cutBack(error);
      throw unavailable('the disk did not take the change', error);
    }
    try {
      await this.#file.sync();
    } catch (error) {
      // The kernel may have dropped the pages and would call the next sync a success: nothing it says counts any more.
      this.stop(`the disk failed to confirm a change (${words(error)})`);
      // Best effort: without it a restart could bring back what its caller was told had failed.
      await this.#file.truncate(this.#size).catch(() => undefined);
      throw unavailable('the disk failed to confirm the change', error);
    }
    this.#advance(bytes);
  }

  /** Like `append`, but on disk only with the next `append`, and without repair: for a file that is still being made. */
  async write(json: string): Promise<void> {
    const bytes = this.#frame(json);
    await writeAll(this.#file, bytes, this.#size);
    this.#advance(bytes);
  }

  /** Refuses all further appends. */
  stop(reason: string): void {
    this.#fault ??= `${reason}: changes are refused until a restart`;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #frame(json: string): Buffer {
    return Buffer.from(encodeFrame(json, this.#number, this.#salt));
  }

  #advance(written: Buffer): void {
    this.#size += written.length;
    this.#number += 1;
  }

  // Synced, so that no power cut brings back a whole line of a batch that was refused.
  async #cutBack(cause: unknown): Promise<void> {
    try {
      await this.#file.truncate(this.#size);
      await this.#file.sync();
    } catch (error) {
      this.stop(`a failed change (${words(cause)}) could not be taken back from the disk (${words(error)})`);
    }
  }
}

function unavailable(reason: string, cause?: unknown): ApiError {
  return new ApiError('unavailable', { cause: new Error(reason, { cause }) });
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
