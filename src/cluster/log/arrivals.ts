/** Owns what arrives of a log's entries: each once, in order, from whichever server is there; stops where one is missing. */

import { setTimeout as pause } from 'node:timers/promises';
import { type ConsumerMessages, DeliverPolicy } from '@nats-io/jetstream';
import type { Entry } from '../../store/commit-log.ts';
import { Assembly, type Stored, versionOf } from './entry.ts';
import type { LogStreams } from './streams.ts';

interface Options {
  readonly streams: Pick<LogStreams, 'js' | 'manager' | 'entries'>;
  /** The newest version of records that this program can read. */
  readonly version: number;
  /** @param id of the message by which the entry ends */
  readonly hear: (entry: Entry, id: string | undefined) => void;
  /** Called once, when nothing more will arrive. */
  readonly stopped: (reason: string) => void;
}

/** A consumer whose server is frozen is made anew after about two of them. */
const HEARTBEAT_MS = 500;
const EXPIRES_MS = 5000;
const AT_ONCE = 1000;
const LOOK_MS = 20;
const MESSAGE_ID = 'Nats-Msg-Id';

export class Arrivals {
  readonly #options: Options;
  readonly #assembly = new Assembly();
  #messages: ConsumerMessages | undefined;
  /** Of the last message that is known to be there. */
  #reached = 0;
  /** Of the last one that was read; of our own, the answer may come first. */
  #seen = 0;
  #isStopped = false;
  /** Who waits for which position. */
  readonly #expected = new Map<() => void, number>();

  constructor(options: Options) {
    this.#options = options;
  }

  get reached(): number {
    return this.#reached;
  }

  /** Begins behind `position`. */
  async start(position: number): Promise<void> {
    const { js, entries } = this.#options.streams;
    this.#reached = position;
    this.#seen = position;
    const from = { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: position + 1 };
    const consumer = await js.consumers.get(entries.stream, from);
    this.#messages = await consumer.consume({
      max_messages: AT_ONCE,
      idle_heartbeat: HEARTBEAT_MS,
      expires: EXPIRES_MS,
      callback: ({ seq, headers, data }) => this.#take({ seq, header: headers, data }),
    });
  }

  /** Resolves when everything up to `last` has arrived. */
  async upTo(last: number): Promise<void> {
    const arrived = this.#arrival(last);
    let before = -1;
    while (this.#reached < last && !this.#isStopped) {
      if (this.#reached === before) await this.readOn(before + 1);
      before = this.#reached;
      await Promise.race([pause(LOOK_MS), arrived]);
    }
  }

  #arrival(last: number): Promise<void> {
    if (this.#reached >= last) return Promise.resolve();
    return new Promise((resolve) => {
      this.#expected.set(resolve, last);
    });
  }

  #tell(): void {
    for (const [resolve, last] of this.#expected)
      if (this.#reached >= last && this.#expected.delete(resolve)) resolve();
  }

  /** What is there and has not arrived, one after another: for when the next one cannot be waited for. */
  async readOn(last = Number.POSITIVE_INFINITY): Promise<void> {
    const { manager, entries } = this.#options.streams;
    while (this.#seen < last && !this.#isStopped) {
      const message = await manager.streams.getMessage(entries.stream, { seq: this.#seen + 1 });
      if (message === null) return;
      this.#take(message);
    }
  }

  /** Our own message is there, as its answer says. @returns false where that was known */
  acknowledge(seq: number): boolean {
    if (seq <= this.#reached) return false;
    this.#reached = seq;
    this.#tell();
    return true;
  }

  async close(): Promise<void> {
    this.#isStopped = true;
    await this.#messages?.close();
  }

  #take(stored: Stored): void {
    const { seq, header } = stored;
    if (seq <= this.#seen || this.#isStopped) return;
    const reason = this.#refusalOf(stored);
    if (reason !== undefined) {
      this.#isStopped = true;
      this.#options.stopped(reason);
      return;
    }
    this.#seen = seq;
    const entry = this.#assembly.take(stored);
    if (seq <= this.#reached) return;
    this.#reached = seq;
    this.#options.hear(entry, header?.get(MESSAGE_ID));
    this.#tell();
  }

  #refusalOf(stored: Stored): string | undefined {
    const { version: known } = this.#options;
    const written = versionOf(stored);
    if (written > known) return `a newer program writes there, in version ${written}; this one knows ${known}`;
    if (stored.seq <= this.#reached + 1) return undefined;
    return `its entries ${this.#reached + 1} to ${stored.seq - 1} are not kept any more`;
  }
}
