/** Owns an open journal to which lines are appended. A failed append leaves the file as it was, or stops all further ones. */

import { ApiError } from '../../protocol/api-error.ts';
import type { OpenFile } from '../file-system.ts';

export class JournalFile {
  readonly #file: OpenFile;
  #size: number;
  #fault: string | null = null;

  /** @param size in bytes, up to which the file is good */
  constructor(file: OpenFile, size: number) {
    this.#file = file;
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  get fault(): string | null {
    return this.#fault;
  }

  /**
   * Resolves when `text` is on disk.
   * @throws ApiError `unavailable`; the file then ends where it ended before
   */
  async append(text: string): Promise<void> {
    if (this.#fault !== null) throw unavailable(this.#fault);
    const bytes = Buffer.from(text);
    try {
      await this.#writeAll(bytes);
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
    this.#size += bytes.length;
  }

  /** Like `append`, but on disk only with the next `append`, and without repair: for a file that is still being made. */
  async write(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    await this.#writeAll(bytes);
    this.#size += bytes.length;
  }

  /** Refuses all further appends. */
  stop(reason: string): void {
    this.#fault ??= `${reason}: changes are refused until a restart`;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #writeAll(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const written = await this.#file.write(bytes.subarray(done), this.#size + done);
      if (written === 0) throw new Error('the disk takes no more bytes');
      done += written;
    }
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
