/** Owns what is kept of rented MQTT instances: credentials sealed beside a verifier, the state of their life, and the names that are spent. */

import type { CollectionSpec, StoredRecord, Transaction } from '../store.ts';

/** `creating` and `deleting` are unfinished business with a broker: the outbox of provisioning. */
type InstanceStatus = 'creating' | 'active' | 'deleting';

export interface InstanceRecord extends StoredRecord {
  /** 24 hex digits, as the REST API shows it. */
  readonly id: string;
  /** `ownerId` of the user it belongs to. */
  readonly owner: string;
  /** MQTT user name and name of both topic roots; never reissued. */
  readonly user: string;
  /** The password sealed for `id` and `owner`: the contract returns it on every read (I-22). */
  readonly sealedPassword: string;
  /** Keyed digest that logins are checked against. */
  readonly verifier: string;
  /** The password before the last rotation, while it still counts. */
  readonly former: { readonly verifier: string; readonly until: string } | null;
  readonly status: InstanceStatus;
  readonly createdAt: string;
  /** Grows with rotation, disabling and deletion: connections made under an older one must go. */
  readonly generation: number;
  readonly label: string | null;
  readonly enabled: boolean;
  readonly expiresAt: string | null;
  /** Whether its owner wants it shown in Home Assistant; absent: no. */
  readonly homeAssistant?: boolean;
  /** Grows with every change that a client can see: the ETag. */
  readonly revision: number;
}

/** A user name that belonged to a removed instance (I-20): the last ten thousand of them. */
export interface TombstoneRecord extends StoredRecord {
  readonly removedAt: string;
}

export const INSTANCES: CollectionSpec<InstanceRecord> = { name: 'instances', unique: { user: ({ user }) => user } };
export const TOMBSTONES: CollectionSpec<TombstoneRecord> = { name: 'instance_tombstones', unique: {} };

/**
 * Names are drawn from 62^8: what keeps one from coming back is the draw. The records guard against a name that somebody chooses, and
 * whoever rents and removes without end must not fill the memory with them.
 */
const MAX_TOMBSTONES = 10_000;

/** Leaves a name spent. */
export function spendName(tx: Transaction, name: string, removedAt: string): void {
  const tombstones = tx.collection(TOMBSTONES);
  tombstones.put({ id: name, removedAt });
  for (const { id } of tombstones.values()) {
    if (tombstones.size <= MAX_TOMBSTONES) break;
    tombstones.delete(id);
  }
}
