/** Owns how records are cut into parts that fit into a message, and put together again. */

import type { StoredRecord } from '../../core/store.ts';
import type { Change } from '../../store/journal/line.ts';
import type { Records } from '../../store/store-data.ts';

/** Characters of JSON, each of which may be three bytes; a message may have a million. */
const SLICE_LENGTH = 128 * 1024;

export function* inSlices(changes: Iterable<Change>): Generator<Change[]> {
  let slice: Change[] = [];
  let length = 0;
  for (const change of changes) {
    slice.push(change);
    length += JSON.stringify(change).length;
    if (length < SLICE_LENGTH) continue;
    yield slice;
    slice = [];
    length = 0;
  }
  if (slice.length > 0) yield slice;
}

export function recordsOf(changes: Iterable<Change>): Records {
  const all: Records = new Map();
  for (const [collection, id, record] of changes) {
    const records = all.get(collection) ?? new Map<string, StoredRecord>();
    all.set(collection, records);
    if (record === undefined) records.delete(id);
    else records.set(id, record);
  }
  return all;
}
