/**
 * Owns who looks after each project at Google: its login, its list of cameras, and what they notice. Of several bridges it is one, and another
 * for each project; what has to be asked for a stream is asked by whoever serves it.
 */

import type { Holdings } from '../../core/cluster/holdings.ts';
import type { Logins } from '../logins.ts';
import type { DeviceSync } from './device-sync.ts';

export interface Projects {
  /** Credentials were made, changed or removed. */
  changed(credentialId: string): void;
  /** Credentials have an authorisation that they had not. */
  authorised(credentialId: string): void;
  close(): Promise<void>;
}

interface Parts {
  readonly holdings: Holdings;
  readonly logins: Pick<Logins, 'watch' | 'leave'>;
  readonly noticing: Record<'watch' | 'leave', (credentialId: string) => void>;
  readonly sync: Pick<DeviceSync, 'soon'>;
  /** Whether Google was told to be gone: then whoever looks after a project looks whether it is back. */
  readonly isGone: () => boolean;
}

export function holdProjects({ holdings, logins, noticing, sync, isGone }: Parts): Projects {
  const known = new Map<string, () => Promise<void>>();
  const held = new Set<string>();
  /** Their cameras have yet to be listed by whoever looks after them. */
  const unlisted = new Set<string>();

  function begin(id: string): () => void {
    held.add(id);
    logins.watch(id);
    noticing.watch(id);
    if (unlisted.delete(id) || isGone()) sync.soon(id);
    return () => {
      held.delete(id);
      logins.leave(id);
      noticing.leave(id);
    };
  }

  function know(id: string): void {
    if (!known.has(id))
      known.set(
        id,
        holdings.whileHolding(`google/${id}`, () => begin(id)),
      );
  }

  return {
    changed(id) {
      if (held.has(id)) {
        // Somebody else may have renewed it, or authorised it.
        logins.watch(id);
        noticing.watch(id);
      }
      know(id);
    },
    authorised(id) {
      know(id);
      if (held.has(id)) {
        logins.watch(id);
        sync.soon(id);
      } else unlisted.add(id);
    },
    async close() {
      await Promise.all([...known.values()].map((end) => end()));
    },
  };
}
