/** Owns the log of a store on one disk: a file that is appended to, and compacted beside the running one when it has grown. */

import { ApiError } from '../../protocol/api-error.ts';
import { type CommitLog, type Entry, type Opened, Overtaken } from '../commit-log.ts';
import { newestVersion } from '../migrations.ts';
import { StoreData } from '../store-data.ts';
import { install, keepLastGood, writeSnapshot } from './compaction.ts';
import type { JournalFile } from './file.ts';
import type { Change } from './line.ts';
import { type JournalSetup, openJournal } from './opening.ts';
import { readJournal } from './reader.ts';

export interface JournalOptions extends JournalSetup {
  /** What is written with the records and is none of them. */
  readonly besides?: () => readonly Change[];
  /** A journal is compacted when it exceeds twice its last compacted size by this. */
  readonly slackBytes: number;
  /** Asked before each write; resolves with the reason when somebody else writes here now. */
  readonly mayWrite?: () => Promise<string | null>;
}

/** The last good copy of a first start has nothing in it: it is renewed soon. */
const FIRST_SLACK_BYTES = 64 * 1024;

export class JournalLog implements CommitLog {
  readonly where = 'the disk';
  readonly #options: JournalOptions;
  #journal: JournalFile | undefined;
  /** Batches since the opening. */
  #position = 0;
  readonly #followers = new Set<(entry: Entry) => void>();
  /** Ends when the file is free. */
  #lastWork: Promise<unknown> = Promise.resolve();
  #compactAtBytes = 0;
  #compaction: Promise<void> | undefined;
  /** The batches committed since the compaction that is under way began to read the records. */
  #tail: string[] | undefined;
  #commitsSinceSnapshot = 0;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  get fault(): string | null {
    return this.#journal?.fault ?? null;
  }

  read(): Promise<Opened> {
    return this.#journal === undefined ? this.#open() : this.#whenFree(() => this.#readAgain());
  }

  async #open(): Promise<Opened> {
    const { data, journal, commits, liveBytes, isOld, isFirst, hasLastGood } = await openJournal(this.#options);
    this.#journal = journal;
    this.#commitsSinceSnapshot = commits;
    const { slackBytes } = this.#options;
    this.#planCompaction(liveBytes, isFirst ? Math.min(slackBytes, FIRST_SLACK_BYTES) : slackBytes);
    if (isOld) await this.#renew(data);
    // The last end was not a clean one. What could be read just now is the last good copy from now on.
    else if (commits > 0 || !hasLastGood) this.#compaction = this.#compactOrWarn(data);
    return { data, position: this.#position };
  }

  /** For one more store upon it. */
  async #readAgain(): Promise<Opened> {
    const { fs, paths, collections, migrations } = this.#options;
    const file = await fs.open(paths.journal);
    if (file === undefined) throw new ApiError('unavailable', { message: `${paths.journal} is missing` });
    try {
      const { records } = await readJournal(file, paths.journal, newestVersion(migrations));
      return { data: new StoreData(collections, records), position: this.#position };
    } finally {
      await file.close();
    }
  }

  follow(_position: number, hear: (entry: Entry) => void): () => void {
    this.#followers.add(hear);
    return () => this.#followers.delete(hear);
  }

  append(batch: string, position: number): Promise<number> {
    return this.#whenFree(async () => {
      if (position !== this.#position) throw new Overtaken();
      await (await this.#writable()).append(batch);
      this.#position += 1;
      this.#tail?.push(batch);
      this.#commitsSinceSnapshot += 1;
      for (const hear of this.#followers) hear({ position: this.#position, batch });
      return this.#position;
    });
  }

  /** Writes down `data` in the place of all that is there. */
  async rewrite(data: StoreData): Promise<void> {
    await this.#compaction;
    await this.#compact(data);
  }

  shown(data: StoreData, position: number): void {
    if (position !== this.#position || this.#running.size <= this.#compactAtBytes) return;
    this.#compaction ??= this.#compactOrWarn(data);
  }

  /** Waits for what is under way; leaves a compacted journal, and the one before it as the last good one. */
  async close(data: StoreData): Promise<void> {
    await this.#lastWork;
    await this.#compaction;
    if (this.fault === null && this.#commitsSinceSnapshot > 0) await this.#compactOrWarn(data);
    await this.#journal?.close();
  }

  #whenFree<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#lastWork.then(work);
    this.#lastWork = done.catch(() => undefined);
    return done;
  }

  async #renew(data: StoreData): Promise<void> {
    try {
      await this.#compact(data);
    } catch (error) {
      await this.#running.close();
      throw error;
    }
  }

  async #compactOrWarn(data: StoreData): Promise<void> {
    try {
      await this.#compact(data);
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the journal could not be compacted; it goes on growing');
      this.#planCompaction(this.#running.size);
    } finally {
      this.#compaction = undefined;
    }
  }

  async #compact(data: StoreData): Promise<void> {
    const { fs, paths, migrations, besides = () => [] } = this.#options;
    const records = [besides(), data.records()];
    const tail: string[] = [];
    this.#tail = tail;
    try {
      const fresh = await writeSnapshot(fs, paths.fresh, newestVersion(migrations), chained(records));
      await this.#whenFree(() => this.#replaceBy(fresh, tail));
    } catch (error) {
      await fs.remove(paths.fresh).catch(() => undefined);
      throw error;
    } finally {
      this.#tail = undefined;
    }
  }

  async #replaceBy(fresh: JournalFile, tail: readonly string[]): Promise<void> {
    const { fs, paths } = this.#options;
    const compactedSize = fresh.size;
    const former = await this.#writable();
    try {
      if (former.fault !== null) throw new Error(former.fault);
      for (const batch of tail) await fresh.append(batch);
      await keepLastGood(fs, paths);
    } catch (error) {
      await fresh.close();
      throw error;
    }
    this.#journal = fresh;
    try {
      await install(fs, paths);
    } catch (error) {
      // Which of the two files a restart would find is unknown: an acknowledged change could be in the other.
      fresh.stop('the compacted journal could not be put in place');
      throw error;
    } finally {
      await former.close();
    }
    this.#planCompaction(compactedSize);
    this.#commitsSinceSnapshot = tail.length;
  }

  #planCompaction(compactedSize: number, slackBytes = this.#options.slackBytes): void {
    this.#compactAtBytes = 2 * compactedSize + slackBytes;
  }

  async #writable(): Promise<JournalFile> {
    const reason = (await this.#options.mayWrite?.()) ?? null;
    if (reason !== null) this.#running.stop(reason);
    return this.#running;
  }

  get #running(): JournalFile {
    if (this.#journal === undefined) throw new Error('the journal has not been read');
    return this.#journal;
  }
}

function* chained<T>(parts: readonly Iterable<T>[]): Generator<T> {
  for (const part of parts) yield* part;
}
