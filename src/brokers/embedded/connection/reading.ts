/** Owns whether a transport is read from at the moment: it is told only when that changes. */

import type { Transport } from './transport.ts';

export class Reading {
  readonly #transport: Transport;
  #isPaused = false;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#transport.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#transport.resume();
  }
}
