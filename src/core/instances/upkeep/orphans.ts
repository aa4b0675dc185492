/** Owns the end of instances whose owner is gone: nobody could remove them any more. */

import { USERS } from '../../accounts/records.ts';
import type { Log } from '../../ports.ts';
import type { Store } from '../../store.ts';
import type { InstanceLedger } from '../ledger.ts';
import type { InstanceKeeper } from './keeper.ts';

export interface OrphanRemoval {
  /** Resolves when all instances of an owner are denied; the broker is cleared behind it. */
  removeAllOf(owner: string): Promise<void>;
  /** The same for what a crash kept from being denied; never rejects. */
  removeLeft(): Promise<void>;
}

export function createOrphanRemoval(
  ledger: InstanceLedger,
  keeper: InstanceKeeper,
  store: Store,
  log: Log,
): OrphanRemoval {
  async function removeAll(ids: readonly string[]): Promise<void> {
    const denials = await Promise.allSettled(ids.map((id) => keeper.inTurn(id, () => ledger.deny(id))));
    for (const id of ids) void keeper.settle(id);
    for (const denial of denials) if (denial.status === 'rejected') throw denial.reason;
  }

  return {
    async removeAllOf(owner) {
      const ids = [...ledger.idsOf(owner)];
      if (ids.length > 0)
        log.info({ audit: 'instances.remove', instances: ids, owner }, 'MQTT instances go with their owner');
      await removeAll(ids);
    },
    async removeLeft() {
      const owners = new Set([...store.collection(USERS).values()].map(({ ownerId }) => ownerId));
      const left = [...ledger.values()].filter(({ owner, status }) => status === 'active' && !owners.has(owner));
      if (left.length === 0) return;
      log.warn({ instances: left.map(({ id }) => id) }, 'MQTT instances without an owner are removed');
      await removeAll(left.map(({ id }) => id)).catch((error: unknown) => {
        log.warn({ err: error }, 'MQTT instances without an owner could not be removed');
      });
    },
  };
}
