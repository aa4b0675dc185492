/** Owns what things are called among brokers. */

import type { Account } from '../../../core/accounts/accounts.ts';
import type { Shelves } from './shared/buckets.ts';

/** What is not of an instance. */
export const HOUSE = '';

/** Whose messages an account hears: those of its instance, or the house's. */
export function bucketOfAccount({ kind, username }: Pick<Account, 'kind' | 'username'>): string {
  return kind === 'instance' ? username : HOUSE;
}

/** A key among all shelves. */
export function nameOf(shelf: keyof Shelves, ...key: readonly string[]): string {
  return [shelf, ...key].join('\n');
}
