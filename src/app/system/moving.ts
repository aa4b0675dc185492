/** Owns moving in while the service runs: what is found elsewhere is planned against what is here now, and whoever follows cameras is told of them. */

import { CREDENTIALS } from '../../core/google/credentials.ts';
import type { Progress } from '../../core/operations/operations.ts';
import type { ImportPorts, Planned } from '../../modules/system/imports.ts';
import { moveIn } from '../../moving/move-in.ts';
import { planOf } from '../../moving/plan.ts';
import type { Core } from '../core.ts';
import { readElsewhere } from './elsewhere.ts';

export function planner(core: Core): ImportPorts['plan'] {
  const { store, secrets, clock, bus, cameras } = core;

  const credentialsHere = () => [...store.collection(CREDENTIALS).values()].map(({ id }) => id);

  return async (from, signal): Promise<Planned> => {
    const household = await readElsewhere(from, clock, signal);
    return {
      steps: [...planOf(store, secrets, household).steps],
      async moveIn(progress: Progress) {
        // Once more: something may have come since somebody read the plan.
        const { incoming } = planOf(store, secrets, household);
        const had = new Set(credentialsHere());
        const made = await moveIn({ ...core, change: cameras.change }, incoming, new Map(), progress);
        for (const credentialId of credentialsHere()) {
          if (!had.has(credentialId)) bus.emit('credentialsChanged', { credentialId });
        }
        return made;
      },
    };
  };
}
