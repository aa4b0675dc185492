/**
 * Owns which of what is told of a shelf is news: what stood before something of our own is none, since that has replaced it already. One
 * write of each key is under way at a time, and where it stands is known when it is stored.
 */

import { nameOf } from '../names.ts';

interface Own {
  readonly mark: string;
  isTold: boolean;
  /** Where it was stored. */
  position: number | undefined;
  /** What was told last while it was under way: news after all if it stands behind it, or if ours is not stored. */
  later: Later | undefined;
}

interface Later {
  readonly position: number;
  readonly learn: () => void;
}

/** Of the others nobody is told. */
const FOLLOWED = [nameOf('retained', ''), nameOf('sessions', '')];

export class OwnWrites {
  readonly #own = new Map<string, Own>();

  /** Something is to be written there: what is told from now on is older. */
  note(key: string): void {
    this.begin(key, '');
  }

  begin(key: string, mark: string): void {
    if (!FOLLOWED.some((shelf) => key.startsWith(shelf))) return;
    const later = this.#own.get(key)?.later;
    this.#own.set(key, { mark, isTold: false, position: undefined, later });
  }

  /** It is not written after all. */
  idle(key: string): void {
    this.refused(key, '');
  }

  /** It was not stored: what others have put there stands. */
  refused(key: string, mark: string): void {
    const own = this.#own.get(key);
    if (own?.mark !== mark) return;
    this.#own.delete(key);
    own.later?.learn();
  }

  acknowledged(key: string, mark: string, position: number): void {
    const own = this.#own.get(key);
    if (own?.mark !== mark) return;
    own.position = position;
    const { later } = own;
    const isBehind = later !== undefined && later.position > position;
    if (own.isTold || isBehind) this.#own.delete(key);
    if (isBehind) later.learn();
  }

  /** @param learn is called later where it turns out to be news after all */
  isNews(
    key: string,
    { mark, position }: { readonly mark: string; readonly position: number },
    learn: () => void,
  ): boolean {
    const own = this.#own.get(key);
    if (own === undefined) return true;
    if (own.mark === mark) {
      own.isTold = true;
      if (own.position !== undefined) this.#own.delete(key);
      return false;
    }
    if (own.isTold) return true;
    if (own.position === undefined) own.later = { position, learn };
    else if (position > own.position) this.#own.delete(key);
    return own.position !== undefined && position > own.position;
  }

  /** All that is below it is told anew, what is under way when it is there. */
  again(below: string): void {
    for (const key of this.#own.keys()) if (key.startsWith(`${below}\n`)) this.#own.delete(key);
  }
}
