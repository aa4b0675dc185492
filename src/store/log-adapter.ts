/**
 * Owns how lowdb's data gets into a log: writes asked for while one is under way share the next one, what other stores were quicker with is
 * shown first, and what was meant to be written is then run again. lowdb's own file adapters are not durable.
 */

import type { Adapter } from 'lowdb';
import type { Log } from '../core/ports.ts';
import { ApiError } from '../protocol/api-error.ts';
import { type CommitLog, type Entry, Overtaken } from './commit-log.ts';
import { changesIn } from './journal/line.ts';
import type { StoreData } from './store-data.ts';

export class LogAdapter implements Adapter<StoreData> {
  readonly #commits: CommitLog;
  readonly #log: Log;
  #position = 0;
  /** Of others, heard while a batch of ours was on its way. */
  #heard: Entry[] = [];
  #isFlushing = false;
  /** The batch that still takes in what is queued. */
  #gathering: Promise<void> | undefined;
  /** Ends when nothing is on its way. */
  #lastWork: Promise<void> = Promise.resolve();
  /** Why a batch was lost while the next one was being gathered upon it. */
  #lost: unknown;
  #trouble: string | null = null;
  #unfollow = () => {};

  constructor(commits: CommitLog, log: Log) {
    this.#commits = commits;
    this.#log = log;
  }

  get fault(): string | null {
    return this.#commits.fault;
  }

  /** Why the last batch did not get into the log. */
  get trouble(): string | null {
    return this.#trouble;
  }

  async read(): Promise<StoreData> {
    const { data, position } = await this.#commits.read();
    this.#position = position;
    this.#unfollow = this.#commits.follow(position, (entry) => {
      this.#heard.push(entry);
      if (!this.#isFlushing) this.#catchUp(data);
    });
    return data;
  }

  /**
   * Makes durable what is queued in `data`, and publishes it.
   * @throws ApiError `unavailable`, after which what was queued is gone
   */
  write(data: StoreData): Promise<void> {
    this.#gathering ??= this.#whenFree(() => {
      this.#gathering = undefined;
      return this.#flush(data);
    });
    return this.#gathering;
  }

  async close(data: StoreData): Promise<void> {
    await this.#lastWork;
    this.#unfollow();
    await this.#commits.close(data);
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
    this.#isFlushing = true;
    try {
      await this.#append(data);
    } catch (error) {
      data.abandon();
      if (this.#gathering !== undefined) this.#lost = error;
      this.#trouble = error instanceof Error ? error.message : String(error);
      this.#log.error({ err: error }, this.fault ?? `${this.#commits.where} did not take a change`);
      throw error;
    } finally {
      this.#isFlushing = false;
      this.#catchUp(data);
    }
  }

  async #append(data: StoreData): Promise<void> {
    for (let batch = data.take(); batch !== undefined; batch = data.take()) {
      try {
        this.#position = await this.#commits.append(batch, this.#position);
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error;
        if (!this.#catchUp(data)) throw new ApiError('unavailable', { cause: error });
        continue;
      }
      data.publish();
      this.#trouble = null;
      this.#commits.shown(data, this.#position);
      return;
    }
    data.publish();
  }

  /** @returns whether there was anything new */
  #catchUp(data: StoreData): boolean {
    const entries = this.#heard.filter(({ position }) => position > this.#position);
    this.#heard = [];
    const last = entries.at(-1);
    if (last === undefined) return false;
    this.#position = last.position;
    data.overtake(entries.map(({ batch }) => changesIn(batch)));
    this.#commits.shown(data, this.#position);
    return true;
  }
}
