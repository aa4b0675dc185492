/**
 * Owns which of what is told of a shelf is news: what stood before something of our own is none, since that has replaced it already. One
 * write of each key is under way at a time.
 */

interface Own {
  readonly mark: string;
  isTold: boolean;
  isAcknowledged: boolean;
}

export class OwnWrites {
  readonly #own = new Map<string, Own>();

  /** Something is to be written there: what is told from now on is older. */
  note(key: string): void {
    this.#own.set(key, { mark: '', isTold: false, isAcknowledged: false });
  }

  begin(key: string, mark: string): void {
    this.#own.set(key, { mark, isTold: false, isAcknowledged: false });
  }

  /** It is not written after all. */
  idle(key: string): void {
    if (this.#own.get(key)?.mark === '') this.#own.delete(key);
  }

  acknowledged(key: string, mark: string): void {
    const own = this.#own.get(key);
    if (own?.mark !== mark) return;
    own.isAcknowledged = true;
    if (own.isTold) this.#own.delete(key);
  }

  isNews(key: string, mark: string): boolean {
    const own = this.#own.get(key);
    if (own === undefined) return true;
    if (own.mark !== mark) return own.isTold;
    own.isTold = true;
    if (own.isAcknowledged) this.#own.delete(key);
    return false;
  }

  /** All that is below it is told anew, what is under way when it is there. */
  again(below: string): void {
    for (const key of this.#own.keys()) if (key.startsWith(`${below}\n`)) this.#own.delete(key);
  }
}
