/** Owns a journal that is written to, frame by frame. What it was asked to write when it failed may be there or not. */

import type { Gathered } from '../records/body.ts';
import type { KeptFile, KeptFiles } from './files.ts';
import { frameHeader, newFileHeader } from './frame.ts';

/** Up to here a frame is written by one call. */
const JOINED_BYTES = 64 * 1024;

export class JournalFile {
  readonly #file: KeptFile;
  readonly #salt: Buffer;
  #size = 0;
  #frames = 0;

  private constructor(file: KeptFile, salt: Buffer) {
    this.#file = file;
    this.#salt = salt;
  }

  static async create(files: KeptFiles, path: string): Promise<JournalFile> {
    const { bytes, salt } = newFileHeader();
    const file = new JournalFile(await files.create(path), salt);
    await file.#write(bytes);
    return file;
  }

  get size(): number {
    return this.#size;
  }

  /** Resolves when the frame is on disk. */
  async append(content: Gathered): Promise<void> {
    await this.write(content);
    await this.sync();
  }

  /** On disk after the next `sync`. */
  async write(content: Gathered): Promise<void> {
    if (content.length === 0) return;
    const header = frameHeader(content, this.#frames, this.#salt);
    this.#frames += 1;
    if (content.length <= JOINED_BYTES) {
      await this.#write(Buffer.concat([header, ...content.parts]));
      return;
    }
    await this.#write(header);
    for (const part of content.parts) await this.#write(part);
  }

  sync(): Promise<void> {
    return this.#file.sync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #write(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const written = await this.#file.write(bytes.subarray(done), this.#size + done);
      if (written === 0) throw new Error('the disk takes no more bytes');
      done += written;
    }
    this.#size += bytes.length;
  }
}
