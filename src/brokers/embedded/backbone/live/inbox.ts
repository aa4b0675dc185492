/** Owns what one account was sent by other brokers and is not given to its readers yet: a few at a time, so that readers can acknowledge between them. */

import type { Message } from '../../message.ts';

interface InboxSetup {
  /** Resolves when every reader has been given it. */
  readonly give: (message: Message) => Promise<void>;
  /** Calls back after the event loop has seen to sockets and timers. */
  readonly defer: (callback: () => void) => void;
  /** More waits than should, or no more. */
  readonly onFull: (isFull: boolean) => void;
}

/** Half of what a client may have unacknowledged. */
const BATCH = 50;
const FULL = { messages: 1000, bytes: 1024 * 1024 };
/** Of that: who is held may go on before there is nothing left. */
const FREE = 1 / 4;

export class Inbox {
  readonly #setup: InboxSetup;
  #messages: Message[] = [];
  /** Those before it are given already. */
  #first = 0;
  #bytes = 0;
  #isGiving = false;
  #isFull = false;

  constructor(setup: InboxSetup) {
    this.#setup = setup;
  }

  get waiting(): number {
    return this.#messages.length - this.#first;
  }

  put(message: Message): void {
    this.#messages.push(message);
    this.#bytes += message.keptBytes;
    this.#look();
    if (!this.#isGiving) this.#give();
  }

  #give(): void {
    const batch = this.#messages.slice(this.#first, this.#first + BATCH);
    this.#first += batch.length;
    for (const { keptBytes } of batch) this.#bytes -= keptBytes;
    this.#look();
    if (this.#first === this.#messages.length) {
      this.#messages = [];
      this.#first = 0;
    }
    this.#isGiving = batch.length > 0;
    if (!this.#isGiving) return;
    const { give, defer } = this.#setup;
    void Promise.all(batch.map(give)).then(() => defer(() => this.#give()));
  }

  #look(): void {
    const filled = Math.max(this.waiting / FULL.messages, this.#bytes / FULL.bytes);
    const isFull = this.#isFull ? filled > FREE : filled >= 1;
    if (isFull === this.#isFull) return;
    this.#isFull = isFull;
    this.#setup.onFull(isFull);
  }
}
