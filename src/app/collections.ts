/** Owns which records there are in all, of the domain and of what is around it: whoever opens the store declares them. */

import { LEASES } from '../cluster/leases/records.ts';
import { COLLECTIONS } from '../core/collections.ts';
import { CREDENTIALS } from '../core/google/credentials.ts';
import { ANNOUNCED } from '../homeassistant/announced.ts';
import { SHELVED_PICTURES } from '../snapshots/shelf.ts';

export const ALL_COLLECTIONS = [...COLLECTIONS, CREDENTIALS, ANNOUNCED, SHELVED_PICTURES, LEASES];
