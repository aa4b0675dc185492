/**
 * Owns how lowdb's data gets to the disk: writes asked for while one is under way share the next one,
 * and a journal that has grown is compacted beside the running one. lowdb's own file adapters are not durable.
 */

import type { Adapter } from 'lowdb';
import { newestVersion } from '../migrations.ts';
import type { StoreData } from '../store-data.ts';
import { install, keepLastGood, writeSnapshot } from './compaction.ts';
import type { JournalFile } from './file.ts';
import { type JournalSetup, openJournal } from './opening.ts';

export interface JournalOptions extends JournalSetup {
  /** A journal is compacted when it exceeds twice its last compacted size by this. */
  readonly slackBytes: number;
  /** Asked before each write; resolves with the reason when somebody else writes here now. */
  readonly mayWrite?: () => Promise<string | null>;
}

/** The last good copy of a first start has nothing in it: it is renewed soon. */
const FIRST_SLACK_BYTES = 64 * 1024;

export class JournalAdapter implements Adapter<StoreData> {
  readonly #options: JournalOptions;
  #journal: JournalFile | undefined;
  /** The batch that still takes in what is queued. */
  #gathering: Promise<void> | undefined;
  /** Ends when the file is free. */
  #lastWork: Promise<void> = Promise.resolve();
  /** Why a batch was lost while the next one was being gathered upon it. */
  #lost: unknown;
  #compactAtBytes = 0;
  #compaction: Promise<void> | undefined;
  /** The batches committed since the compaction that is under way began to read the records. */
  #tail: string[] | undefined;
  #commitsSinceSnapshot = 0;
  #trouble: string | null = null;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  get fault(): string | null {
    return this.#journal?.fault ?? null;
  }

  /** Why the last batch did not get to the disk. */
  get trouble(): string | null {
    return this.#trouble;
  }

  async read(): Promise<StoreData> {
    const { data, journal, commits, liveBytes, isOld, isFirst, hasLastGood } = await openJournal(this.#options);
    this.#journal = journal;
    this.#commitsSinceSnapshot = commits;
    const { slackBytes } = this.#options;
    this.#planCompaction(liveBytes, isFirst ? Math.min(slackBytes, FIRST_SLACK_BYTES) : slackBytes);
    if (isOld) await this.#renew(data);
    // The last end was not a clean one. What could be read just now is the last good copy from now on.
    else if (commits > 0 || !hasLastGood) this.#compaction = this.#compactOrWarn(data);
    return data;
  }

  /**
   * Puts on disk what is queued in `data`, and publishes it.
   * @throws ApiError `unavailable`, after which what was queued is gone
   */
  write(data: StoreData): Promise<void> {
    this.#gathering ??= this.#whenFree(() => {
      this.#gathering = undefined;
      return this.#flush(data);
    });
    return this.#gathering;
  }

  /** Waits for what is under way; leaves a compacted journal, and the one before it as the last good one. */
  async close(data: StoreData): Promise<void> {
    await this.#lastWork;
    await this.#compaction;
    if (this.fault === null && this.#commitsSinceSnapshot > 0) await this.#compactOrWarn(data);
    await this.#journal?.close();
  }

  #whenFree(work: () => Promise<void>): Promise<void> {
    const done = this.#lastWork.then(work);
    this.#lastWork = done.catch(() => undefined);
    return done;
  }

  async #flush(data: StoreData): Promise<void> {
    if (this.#lost !== undefined) {
      const cause = this.#lost;
      this.#lost = undefined;
      data.abandon();
      throw cause;
    }
    const batch = data.take();
    try {
      if (batch !== undefined) await (await this.#writable()).append(batch);
    } catch (error) {
      data.abandon();
      if (this.#gathering !== undefined) this.#lost = error;
      this.#trouble = error instanceof Error ? error.message : String(error);
      this.#options.log.error({ err: error }, this.fault ?? 'the disk did not take a change');
      throw error;
    }
    data.publish();
    if (batch === undefined) return;
    this.#trouble = null;
    this.#tail?.push(batch);
    this.#commitsSinceSnapshot += 1;
    if (this.#running.size > this.#compactAtBytes) this.#compaction ??= this.#compactOrWarn(data);
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
    const { fs, paths, migrations } = this.#options;
    const tail: string[] = [];
    this.#tail = tail;
    try {
      const fresh = await writeSnapshot(fs, paths.fresh, newestVersion(migrations), data.records());
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
