/**
 * Owns how what is kept gets to the disk: what changes in one turn of the event loop is one frame, and what changes while a frame is
 * on its way shares the next one. Whatever goes wrong with a file, a fresh one is made of what is in memory.
 */

import type { Change } from '../changes.ts';
import { Body, type Gathered } from '../records/body.ts';
import { writeChange, writeMessageGone } from '../records/encoding.ts';
import { MessageNumbers } from '../records/message-numbers.ts';
import { KeptState } from '../state.ts';
import type { JournalFile } from './journal-file.ts';
import { Rewrite } from './rewrite.ts';
import type { JournalSetup } from './setup.ts';
import { Waiting } from './waiting.ts';

/** What nobody waits for may wait so long itself. */
const LATEST_MS = 100;
const RETRY_MS = 5000;
/** More than this in memory means that the disk is slower than those who write. */
const BEHIND_BYTES = 1024 * 1024;

export class Journal {
  readonly #setup: JournalSetup;
  readonly #messages = new MessageNumbers();
  readonly #state = new KeptState((message) => this.#forget(message));
  readonly #body = new Body();
  readonly #waiting = new Waiting();
  /** Undefined until the first one is made, and after a fault. */
  #running: JournalFile | undefined;
  #rewrite: Rewrite | undefined;
  /** The size from which on a smaller one is worth making, whatever the estimate says. */
  #floorBytes = 0;
  #noted = 0;
  #durable = 0;
  #isHurried = false;
  #isAtWork = false;
  #isClosed = false;
  #cancelLatest: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  #tellRested: (() => void) | undefined;
  /** Why nothing becomes durable at the moment. */
  fault: string | null = null;

  constructor(setup: JournalSetup) {
    this.#setup = setup;
  }

  get noted(): number {
    return this.#noted;
  }

  get isBehind(): boolean {
    return this.#body.length > BEHIND_BYTES;
  }

  note(change: Change): void {
    if (this.#isClosed) return;
    this.#noted += 1;
    if (this.#takesNotes) writeChange(this.#body, change, this.#messages);
    this.#state.apply(change);
    this.#cancelLatest ??= this.#setup.clock.after(LATEST_MS, () => this.#wake());
  }

  durable(callback: () => void): void {
    if (this.#durable === this.#noted) callback();
    else this.#wait(callback, false);
  }

  tried(callback: () => void): void {
    if (this.#durable === this.#noted || this.fault !== null) callback();
    else this.#wait(callback, true);
  }

  /** Resolves when all is durable, or cannot become so. What is noted later comes too late. */
  async close(): Promise<void> {
    this.#stopTimers();
    if (this.#isAtWork || this.#durable < this.#noted) {
      await new Promise<void>((resolve) => {
        this.#tellRested = resolve;
        this.#wake();
      });
    }
    this.#isClosed = true;
    this.#stopTimers();
    await this.#rewrite?.abandon();
    await this.#running?.close();
  }

  #stopTimers(): void {
    this.#cancelLatest?.();
    this.#cancelRetry?.();
    this.#cancelLatest = undefined;
    this.#cancelRetry = undefined;
  }

  /** Without a file there is nothing to add to: then only the state changes, and what is in it will be written. */
  get #takesNotes(): boolean {
    return this.#running !== undefined || this.#rewrite !== undefined;
  }

  get #isRewriteDue(): boolean {
    if (this.#running === undefined) return true;
    const { slackBytes } = this.#setup;
    return this.#running.size > slackBytes + Math.max(2 * this.#state.liveBytes, this.#floorBytes);
  }

  get #hasMore(): boolean {
    if (this.#cancelRetry !== undefined) return false;
    if (this.#tellRested !== undefined) return this.#durable < this.#noted;
    return this.#waiting.size > 0 || this.#rewrite !== undefined || this.#isRewriteDue;
  }

  #forget(message: Parameters<MessageNumbers['forget']>[0]): void {
    const number = this.#messages.forget(message);
    if (number !== undefined && this.#takesNotes) writeMessageGone(this.#body, number);
  }

  #wait(callback: () => void, isUrgent: boolean): void {
    this.#waiting.add({ note: this.#noted, callback, isUrgent });
    if (this.#isHurried) return;
    this.#isHurried = true;
    this.#setup.defer(() => {
      this.#isHurried = false;
      this.#wake();
    });
  }

  #wake(): void {
    if (!this.#isAtWork && this.#cancelRetry === undefined) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isAtWork = true;
    try {
      do await this.#step();
      while (this.#hasMore);
    } finally {
      this.#isAtWork = false;
      this.#tellRested?.();
    }
  }

  async #step(): Promise<void> {
    this.#cancelLatest?.();
    this.#cancelLatest = undefined;
    const noted = this.#noted;
    const changes = this.#body.take();
    // A file that is only begun now has those changes in what it is made of.
    const frames = this.#rewrite === undefined ? [] : [changes];
    if (this.#isRewriteDue) this.#rewrite ??= this.#beginRewrite();
    const rewrite = this.#rewrite;
    const slice = rewrite?.slice();
    if (this.#running !== undefined) await this.#append(this.#running, changes, noted);
    if (rewrite !== undefined && slice !== undefined) await this.#goOn(rewrite, [...frames, slice], noted);
  }

  #beginRewrite(): Rewrite {
    const { files, paths } = this.#setup;
    return new Rewrite(files, paths, this.#state.changes(), this.#messages);
  }

  async #append(running: JournalFile, changes: Gathered, noted: number): Promise<void> {
    try {
      if (changes.length > 0) await running.append(changes);
    } catch (error) {
      // What the disk has of it is unknown, and so is what it says of the next one: a fresh file is made of what is in memory.
      await this.#lose(error);
      return;
    }
    this.#settle(noted);
  }

  async #goOn(rewrite: Rewrite, frames: readonly Gathered[], noted: number): Promise<void> {
    try {
      await rewrite.write(frames);
    } catch (error) {
      await this.#giveUp(rewrite, error);
      return;
    }
    if (rewrite.isComplete) await this.#install(rewrite, noted);
  }

  async #install(rewrite: Rewrite, noted: number): Promise<void> {
    const former = this.#running;
    try {
      this.#running = await rewrite.install();
    } catch (error) {
      // Which of the two a restart would find is unknown.
      await this.#lose(error);
      await this.#giveUp(rewrite, error);
      return;
    }
    this.#rewrite = undefined;
    this.#floorBytes = this.#running.size;
    if (this.fault !== null) this.#setup.log.info({}, 'what the broker keeps is on the disk again');
    this.fault = null;
    this.#settle(noted);
    await former?.close().catch(() => undefined);
  }

  /** A running file stays as it is; without one it is tried again later. */
  async #giveUp(rewrite: Rewrite, error: unknown): Promise<void> {
    this.#rewrite = undefined;
    if (this.#running !== undefined) {
      this.#floorBytes = this.#running.size;
      this.#setup.log.warn({ err: error }, "the broker's journal could not be made smaller: it goes on growing");
    } else {
      this.#body.take();
      this.#complain(error);
      this.#cancelRetry = this.#setup.clock.after(RETRY_MS, () => {
        this.#cancelRetry = undefined;
        this.#wake();
      });
    }
    await rewrite.abandon();
  }

  async #lose(error: unknown): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    this.#complain(error);
    await running?.close().catch(() => undefined);
  }

  #complain(error: unknown): void {
    const { log, paths } = this.#setup;
    if (this.fault === null) {
      const message = 'what the broker keeps cannot be written: what must be kept is not acknowledged until it can';
      log.error({ err: error, file: paths.journal }, message);
    }
    this.fault = `the disk does not take what the broker keeps (${error instanceof Error ? error.message : error})`;
    this.#waiting.settleUrgent();
  }

  #settle(noted: number): void {
    this.#durable = noted;
    this.#waiting.settle(noted);
  }
}
