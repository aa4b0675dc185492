/** Owns by which number a file knows a message, so that it is written once however many sessions are owed it. */

import type { Message } from '../../message.ts';

interface Known {
  readonly number: number;
  /** The last file into which it was written. */
  file: number;
}

export class MessageNumbers {
  readonly #known = new Map<Message, Known>();
  #last = 0;
  #file = 0;

  /** A further file is begun, which knows none of them; until it is complete, what is new is written into both. */
  beginFile(): void {
    this.#file += 1;
  }

  /** @param write is called when the file does not know the message yet */
  numberOf(message: Message, write: (number: number) => void): number {
    const known = this.#known.get(message) ?? this.#add(message);
    if (known.file !== this.#file) {
      write(known.number);
      known.file = this.#file;
    }
    return known.number;
  }

  /** Nobody will name it any more. Undefined when no file knows it. */
  forget(message: Message): number | undefined {
    const known = this.#known.get(message);
    this.#known.delete(message);
    return known?.number;
  }

  #add(message: Message): Known {
    this.#last += 1;
    const known = { number: this.#last, file: -1 };
    this.#known.set(message, known);
    return known;
  }
}
