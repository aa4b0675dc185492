/** Owns how a module reads the `entity` of a request: an id as a decimal number, anything else is no row of ours. */

import type { ReadCollection, StoredRecord } from '../core/store.ts';
import { ApiError } from '../protocol/api-error.ts';

/** @throws ApiError `not_found` for an absent row and for ids that are no numbers alike (contract 2.4) */
export function findRow<R extends StoredRecord>(rows: ReadCollection<R>, entity: string): R {
  const row = /^\d{1,15}$/.test(entity) ? rows.get(String(Number(entity))) : undefined;
  if (!row) throw new ApiError('not_found');
  return row;
}
