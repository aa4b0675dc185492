/** Owns what things are called among brokers. */

import type { Account } from '../../../core/accounts/accounts.ts';
import type { Shelves } from './shared/buckets.ts';

/** What is not of an instance. */
export const HOUSE = '';

/** Whose messages an account hears: those of its instance, or the house's. */
export function bucketOfAccount({ kind, username }: Pick<Account, 'kind' | 'username'>): string {
  return kind === 'instance' ? username : HOUSE;
}

/** Each may need three in a NATS subject, of which a server takes 4,096 bytes with all that stands beside it. */
const MOST_NAME_BYTES = 1000;

/** Whether a topic or a client id may be part of a key. */
export function fitsKey(name: string): boolean {
  return Buffer.byteLength(name) <= MOST_NAME_BYTES;
}

/** A key among all shelves. */
export function nameOf(shelf: keyof Shelves, ...key: readonly string[]): string {
  return [shelf, ...key].join('\n');
}
