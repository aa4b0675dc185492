/** Owns making a fresh journal of what is kept at the moment and of what changes meanwhile, until it takes the place of the one before it. */

import { dirname } from 'node:path';
import { PacketError } from '../../packets/packet-error.ts';
import type { Change } from '../changes.ts';
import { Body, type Gathered } from '../records/body.ts';
import { writeChange, writeComplete } from '../records/encoding.ts';
import type { MessageNumbers } from '../records/message-numbers.ts';
import type { KeptFiles, KeptPaths } from './files.ts';
import { JournalFile } from './journal-file.ts';

/** What is written between two turns of the event loop: about a millisecond of work. */
const SLICE = { changes: 500, bytes: 256 * 1024 };

export class Rewrite {
  readonly #files: KeptFiles;
  readonly #paths: KeptPaths;
  readonly #changes: Iterator<Change>;
  readonly #messages: MessageNumbers;
  readonly #body = new Body();
  #file: JournalFile | undefined;
  /** Nothing is left but to give it its name. */
  isComplete = false;

  /** @param changes everything that there is; whoever changes it from now on must have that written, too */
  constructor(files: KeptFiles, paths: KeptPaths, changes: Iterator<Change>, messages: MessageNumbers) {
    this.#files = files;
    this.#paths = paths;
    this.#changes = changes;
    this.#messages = messages;
    messages.beginFile();
  }

  /** The next piece of what there was, as it is now: to be written behind all changes so far. */
  slice(): Gathered {
    for (let count = 0; count < SLICE.changes && this.#body.length < SLICE.bytes; count += 1) {
      const { value, done } = this.#changes.next();
      if (done === true) {
        writeComplete(this.#body);
        this.isComplete = true;
        break;
      }
      this.#write(value);
    }
    return this.#body.take();
  }

  /** Resolves when they are on disk. */
  async write(frames: readonly Gathered[]): Promise<void> {
    this.#file ??= await JournalFile.create(this.#files, this.#paths.fresh);
    for (const frame of frames) await this.#file.write(frame);
    await this.#file.sync();
  }

  /** Gives it the journal's name, also for after a power cut. When this fails it is unknown which of the two a restart would find. */
  async install(): Promise<JournalFile> {
    if (this.#file === undefined) throw new Error('nothing was written');
    await this.#files.rename(this.#paths.fresh, this.#paths.journal);
    await this.#files.syncDirectory(dirname(this.#paths.journal));
    return this.#file;
  }

  async abandon(): Promise<void> {
    await this.#file?.close().catch(() => undefined);
    await this.#files.remove(this.#paths.fresh).catch(() => undefined);
  }

  #write(change: Change): void {
    try {
      writeChange(this.#body, change, this.#messages);
    } catch (error) {
      // What cannot be said in a packet never reaches anybody: one such message must not keep all others from the disk.
      if (!(error instanceof PacketError)) throw error;
    }
  }
}
