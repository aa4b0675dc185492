/** Owns the memory of creations that carried a key of the client's: a retry finds the instance of the first attempt. */

import { ApiError } from '../../protocol/api-error.ts';
import type { Clock, Secrets } from '../ports.ts';
import type { CollectionSpec, Store, StoredRecord, Transaction } from '../store.ts';
import { isoZulu } from '../wire-time.ts';

/** Keyed by the digest of owner and key: neither is kept, nor is what was answered. */
export interface InstanceRequestRecord extends StoredRecord {
  /** Digest of what was asked, so that another request under the same key is told apart. */
  readonly request: string;
  readonly instanceId: string;
  readonly expiresAt: string;
  /** Digest of who asked; absent in what 0.1 wrote. */
  readonly owner?: string;
}

export const INSTANCE_REQUESTS: CollectionSpec<InstanceRequestRecord> = { name: 'instance_requests', unique: {} };

interface KeyedRequest {
  readonly owner: string;
  readonly key: string;
  /** Everything that makes two requests the same one. */
  readonly request: string;
}

type Claim =
  | { readonly kind: 'done'; readonly instanceId: string }
  | { readonly kind: 'running' }
  | { readonly kind: 'other request' }
  /** The caller goes on, and must call `release` whatever happens. */
  | { readonly kind: 'first'; remember(tx: Transaction, instanceId: string): void; release(): void };

export interface InstanceRequests {
  claim(asked: KeyedRequest): Claim;
}

const QUICKER = 'Another bridge was quicker with this Idempotency-Key: ask again';
const KEPT_MS = 24 * 60 * 60 * 1000;
const LOOKS_PER_WRITE = 20;
/** With one more the oldest is forgotten: keys are free, and whoever makes them up without end must not fill the memory. */
const MAX_PER_OWNER = 1000;

export function createInstanceRequests(store: Store, secrets: Secrets, clock: Clock): InstanceRequests {
  const known = store.collection(INSTANCE_REQUESTS);
  const running = new Map<string, string>();

  return {
    claim({ owner, key, request }) {
      const id = secrets.digest(JSON.stringify([owner, key]));
      const digest = secrets.digest(request);
      const inFlight = running.get(id);
      if (inFlight !== undefined) return { kind: inFlight === digest ? 'running' : 'other request' };
      const done = known.get(id);
      if (done && Date.parse(done.expiresAt) > clock.now()) {
        if (done.request !== digest) return { kind: 'other request' };
        return { kind: 'done', instanceId: done.instanceId };
      }
      running.set(id, digest);
      return {
        kind: 'first',
        remember(tx, instanceId) {
          dropExpired(tx, clock.now());
          const expiresAt = isoZulu(clock.now() + KEPT_MS);
          const rows = tx.collection(INSTANCE_REQUESTS);
          const first = rows.get(id);
          if (first && Date.parse(first.expiresAt) > clock.now())
            throw new ApiError('unavailable', { message: QUICKER });
          // Put anew, so that the records stay in the order in which they expire.
          rows.delete(id);
          const ownerDigest = secrets.digest(owner);
          makeRoom(tx, ownerDigest);
          rows.put({ id, request: digest, instanceId, expiresAt, owner: ownerDigest });
        },
        release: () => void running.delete(id),
      };
    },
  };
}

/** The oldest come first: a few looks per write keep the store clean. */
function dropExpired(tx: Transaction, nowMs: number): void {
  const rows = tx.collection(INSTANCE_REQUESTS);
  const expired: string[] = [];
  let looks = 0;
  for (const row of rows.values()) {
    looks += 1;
    if (Date.parse(row.expiresAt) > nowMs || looks > LOOKS_PER_WRITE) break;
    expired.push(row.id);
  }
  for (const id of expired) rows.delete(id);
}

function makeRoom(tx: Transaction, owner: string): void {
  const rows = tx.collection(INSTANCE_REQUESTS);
  if (rows.size < MAX_PER_OWNER) return;
  const own = [...rows.values()].filter((row) => row.owner === owner);
  for (const { id } of own.slice(0, Math.max(0, own.length - MAX_PER_OWNER + 1))) rows.delete(id);
}
