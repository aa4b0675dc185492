/** Owns what becomes of the lines of a journal, one after another: a snapshot, and the changes behind it. */

import type { StoredRecord } from '../../core/store.ts';
import type { Records } from '../store-data.ts';
import { areChanges, type Change, isSnapshotEnd } from './line.ts';

export interface Replayed {
  readonly records: Records;
  /** Lines behind the snapshot. */
  readonly commits: number;
  /** Of all that was written, which part is not overwritten: 0 to 1. */
  readonly liveShare: number;
}

export class Replay {
  readonly #records: Records = new Map();
  #changes = 0;
  #commits = 0;
  isPastSnapshot = false;

  /** The reason why this cannot be what was written; undefined when it can. */
  take(content: unknown): string | undefined {
    if (areChanges(content)) this.#apply(content);
    else if (isSnapshotEnd(content) && !this.isPastSnapshot) return this.#endSnapshot(content.snapshot);
    else return 'the line is neither a commit nor the end of the snapshot';
    return undefined;
  }

  end(): Replayed {
    const live = [...this.#records.values()].reduce((sum, records) => sum + records.size, 0);
    return {
      records: this.#records,
      commits: this.#commits,
      liveShare: this.#changes === 0 ? 1 : live / this.#changes,
    };
  }

  #apply(changes: readonly Change[]): void {
    for (const [collection, id, record] of changes) {
      const records = this.#records.get(collection) ?? new Map<string, StoredRecord>();
      this.#records.set(collection, records);
      if (record === undefined) records.delete(id);
      else records.set(id, record);
    }
    this.#changes += changes.length;
    if (this.isPastSnapshot) this.#commits += 1;
  }

  #endSnapshot(size: number): string | undefined {
    if (size !== this.#changes) return `the snapshot has ${this.#changes} records instead of ${size}`;
    this.isPastSnapshot = true;
    return undefined;
  }
}
