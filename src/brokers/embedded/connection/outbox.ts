/** Owns what a turn has for one socket: gathered, and written once at the end of the turn; a message that comes alone is written as it is. */

import type { AccountUse } from '../accounts/account-use.ts';
import type { Tally } from '../tally.ts';
import type { Flushable, Turns } from '../turns/turns.ts';
import type { Transport } from './transport.ts';

/** Above it a socket is full: its reader is slower than what it asked for. */
const FULL_BYTES = 1024 * 1024;
/** Written at a time, so that a slow reader is seen to read. */
const SLICE_BYTES = 64 * 1024;
/** What a turn may gather for somebody who is sent things at our own pace. */
const IDLE_BYTES = 64 * 1024;

export class Outbox implements Flushable {
  /** Whose bytes wait here; undefined before the login. */
  use: AccountUse | undefined;
  /** When something was taken last, or began to wait. */
  movedAtMs: number;
  readonly #transport: Transport;
  readonly #turns: Turns;
  readonly #now: () => number;
  readonly #tally: Tally;
  #parts: Buffer[] = [];
  #bytes = 0;
  #endsAfter = false;
  #isClosed = false;

  constructor(transport: Transport, turns: Turns, tally: Tally, now: () => number) {
    this.#transport = transport;
    this.#turns = turns;
    this.#now = now;
    this.#tally = tally;
    this.movedAtMs = now();
  }

  /** Somebody should read, and does not. */
  get isWaiting(): boolean {
    return this.#transport.waitingBytes > 0;
  }

  /** One message always fits: else a large one could never be sent. */
  get isFull(): boolean {
    return this.#bytes + this.#transport.waitingBytes > FULL_BYTES;
  }

  /** All that was pushed is with the system. */
  get isIdle(): boolean {
    return !this.#isClosed && this.#transport.waitingBytes === 0 && this.#bytes < IDLE_BYTES;
  }

  /** One packet. */
  push(bytes: Buffer): void {
    if (this.#isClosed) return;
    this.#tally.counters.messagesSent += 1;
    this.#add(bytes);
  }

  /** One packet in several pieces. */
  pushPieces(pieces: readonly Buffer[]): void {
    if (this.#isClosed) return;
    this.#tally.counters.messagesSent += 1;
    for (const piece of pieces) this.#add(piece);
  }

  /** Nothing is pushed after this. */
  end(): void {
    this.#endsAfter = true;
    this.#turns.soil(this);
  }

  /** Nobody is there to take anything any more. */
  close(): void {
    this.#isClosed = true;
    this.#parts = [];
    this.#bytes = 0;
  }

  flush(): void {
    const [first] = this.#parts;
    if (first !== undefined) this.#write(this.#parts.length === 1 ? first : Buffer.concat(this.#parts, this.#bytes));
    if (this.#endsAfter) this.#transport.end();
  }

  #add(bytes: Buffer): void {
    if (this.#parts.length === 0) this.#turns.soil(this);
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
  }

  #write(bytes: Buffer): void {
    this.#parts = [];
    this.#bytes = 0;
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) this.#hand(bytes.subarray(at, at + SLICE_BYTES));
  }

  #hand(bytes: Buffer): void {
    const { use } = this;
    this.#tally.counters.bytesSent += bytes.length;
    if (this.#transport.waitingBytes === 0) this.movedAtMs = this.#now();
    if (use !== undefined) use.waitingBytes += bytes.length;
    this.#transport.write(bytes, () => {
      this.movedAtMs = this.#now();
      if (use !== undefined) use.waitingBytes -= bytes.length;
    });
  }
}
