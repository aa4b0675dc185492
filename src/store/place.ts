/** Owns the mark by which a journal says that it is a copy: of which log, and up to which of its entries. It lies among the records and is none. */

import type { StoredRecord } from '../core/store.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { Change } from './journal/line.ts';
import type { Records } from './store-data.ts';

export interface Place extends StoredRecord {
  readonly id: typeof ID;
  /** Id of the log. */
  readonly log: string;
  readonly position: number;
}

const COLLECTION = 'copy';
const ID = 'place';

export function placeOf(log: string, position: number): Place {
  return { id: ID, log, position };
}

export function placeChange(place: Place): Change {
  return [COLLECTION, ID, place];
}

/** Undefined in the journal of a bridge that stands alone. */
export function takePlace(records: Records): Place | undefined {
  const found = records.get(COLLECTION)?.get(ID);
  records.delete(COLLECTION);
  if (found === undefined || !('log' in found) || !('position' in found)) return undefined;
  return placeOf(String(found.log), Number(found.position));
}

/** Two that go on from the same place would part for good. */
export function refuseCopy(place: Place | undefined, path: string): void {
  if (place === undefined) return;
  const cure = 'set CLUSTER_URL again, or have the bridge stand alone from now on: nestmtx-bridge cluster leave';
  throw new ApiError('unavailable', {
    message: `${path} is the copy of a cluster's log. Nothing was changed; ${cure}`,
  });
}
