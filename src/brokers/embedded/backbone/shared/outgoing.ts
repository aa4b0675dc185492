/**
 * Owns what is on its way to the shelves: of each key one write at a time, always the newest; who waits for something is told when all
 * that was noted until then is there.
 */

import { type Key, NeverStored, type Shelf, type Terms } from '../../../../core/cluster/shelf.ts';
import type { Clock, Log } from '../../../../core/ports.ts';
import { Waiting } from '../../kept/journal/waiting.ts';
import type { OwnWrites } from './own-writes.ts';

interface Write {
  readonly shelf: Shelf;
  readonly key: Key;
  /** Makes the newest; undefined while that is on its way. */
  make: (() => Content) | undefined;
  /** What it stands for. */
  notes: number[];
  /** Resolves when all of it is there. */
  done: Promise<void>;
}

export interface Content extends Terms {
  readonly bytes: Uint8Array;
  readonly stored?: (position: number) => void;
  /** Somebody else was first. @returns whether it is to be made and tried again */
  readonly overtaken?: () => Promise<boolean>;
}

export interface OutgoingSetup {
  readonly clock: Clock;
  readonly log: Log;
  readonly newMark: () => string;
  readonly own: OwnWrites;
}

type Put = Awaited<ReturnType<Shelf['put']>>;

const RETRY_MS = 500;
/** More under way means that the cluster is slower than those who write. */
const BEHIND = 2000;
const SAY_REFUSED_MS = 60_000;

export class Outgoing {
  readonly #setup: OutgoingSetup;
  readonly #writes = new Map<string, Write>();
  readonly #waiting = new Waiting();
  /** Notes that are not there yet, in their order. */
  readonly #open = new Set<number>();
  #noted = 0;
  #saidRefusedMs = Number.NEGATIVE_INFINITY;
  /** Why nothing is stored at the moment. */
  fault: string | null = null;

  constructor(setup: OutgoingSetup) {
    this.#setup = setup;
  }

  get noted(): number {
    return this.#noted;
  }

  get isBehind(): boolean {
    return this.#open.size > BEHIND;
  }

  /** @param name of the key among all shelves @param make is called when the write begins, after all that happens at a time with it */
  write(name: string, shelf: Shelf, key: Key, make: () => Content): void {
    const note = this.begin();
    this.#setup.own.note(name);
    const write = this.#writes.get(name);
    if (write === undefined) {
      const first: Write = { shelf, key, make, notes: [note], done: Promise.resolve() };
      this.#writes.set(name, first);
      first.done = this.#work(name, first);
      return;
    }
    write.make = make;
    write.notes.push(note);
  }

  /** What is not on its way yet is not written any more. */
  drop(isMeant: (key: Key) => boolean): void {
    for (const write of this.#writes.values()) if (isMeant(write.key)) write.make = undefined;
  }

  /** Something that is stored elsewhere is noted; `end` says that it is there. */
  begin(): number {
    this.#noted += 1;
    this.#open.add(this.#noted);
    return this.#noted;
  }

  end(note: number): void {
    this.#open.delete(note);
    const [first] = this.#open;
    this.#waiting.settle(first === undefined ? this.#noted : first - 1);
  }

  durable(callback: () => void): void {
    this.#wait(callback, false);
  }

  tried(callback: () => void): void {
    if (this.fault === null) this.#wait(callback, true);
    else callback();
  }

  /** Resolves when nothing is on its way there. */
  async quiet(name: string): Promise<void> {
    for (let write = this.#writes.get(name); write !== undefined; write = this.#writes.get(name)) await write.done;
  }

  /** Tries until it succeeds. Resolves with `refused` where it never would: nothing else is to wait for that. */
  async persist<Result>(store: () => Promise<Result>): Promise<Result | 'refused'> {
    for (;;) {
      try {
        const result = await store();
        if (this.fault !== null) this.#setup.log.info({}, 'what the broker keeps is with the cluster again');
        this.fault = null;
        return result;
      } catch (error) {
        if (error instanceof NeverStored) return this.#giveUp(error);
        this.#complain(error);
        await new Promise<void>((resolve) => this.#setup.clock.after(RETRY_MS, resolve));
      }
    }
  }

  /** What is too large is not tried. */
  put(shelf: Shelf, ...[key, bytes, mark, terms]: Parameters<Shelf['put']>): Promise<Put | 'refused'> {
    return this.persist(() => {
      const { length } = bytes;
      if (length > shelf.mostBytes) throw new NeverStored(`${length} bytes are more than ${shelf.mostBytes}`);
      return shelf.put(key, bytes, mark, terms);
    });
  }

  #wait(callback: () => void, isUrgent: boolean): void {
    if (this.#open.size === 0) callback();
    else this.#waiting.add({ note: this.#noted, callback, isUrgent });
  }

  async #work(name: string, write: Write): Promise<void> {
    const { own, newMark } = this.#setup;
    // What a packet changes is one write.
    await Promise.resolve();
    for (let { make } = write; make !== undefined; make = write.make) {
      const { bytes, stored, overtaken, ...terms } = make();
      const notes = write.notes;
      write.make = undefined;
      write.notes = [];
      const mark = newMark();
      own.begin(name, mark);
      const result = await this.put(write.shelf, write.key, bytes, mark, terms);
      if (typeof result === 'number') {
        stored?.(result);
        own.acknowledged(name, mark, result);
      } else own.refused(name, mark);
      const isRetried = result === 'overtaken' && (await this.persist(async () => overtaken?.())) === true;
      if (isRetried) {
        write.make ??= make;
        write.notes.unshift(...notes);
      } else for (const note of notes) this.end(note);
    }
    this.#writes.delete(name);
    own.idle(name);
    for (const note of write.notes) this.end(note);
  }

  /** Once a minute: somebody may do it again and again. */
  #giveUp(error: NeverStored): 'refused' {
    const { clock, log } = this.#setup;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#saidRefusedMs >= SAY_REFUSED_MS) {
      this.#saidRefusedMs = nowMs;
      log.error({ err: error }, 'the cluster takes something never that the broker keeps: it goes on without it');
    }
    return 'refused';
  }

  #complain(error: unknown): void {
    if (this.fault === null) {
      const message =
        'the cluster does not store what the broker keeps: what must be kept is not acknowledged until it does';
      this.#setup.log.error({ err: error }, message);
    }
    this.fault = `the cluster does not store what the broker keeps (${error instanceof Error ? error.message : error})`;
    this.#waiting.settleUrgent();
  }
}
