/** Owns moving in while the service runs: what is found elsewhere is planned against what is here now, and whoever follows cameras is told of them. */

import { CAMERAS } from '../../core/cameras/records.ts';
import { CREDENTIALS } from '../../core/google/credentials.ts';
import type { Progress } from '../../core/operations/operations.ts';
import type { ImportPorts, Planned } from '../../modules/system/imports.ts';
import { moveIn } from '../../moving/move-in.ts';
import { planOf } from '../../moving/plan.ts';
import type { Core } from '../core.ts';
import { readElsewhere } from './elsewhere.ts';

export function planner(core: Core): ImportPorts['plan'] {
  const { store, secrets, clock, bus, cameras } = core;

  async function tellOfNew(had: ReadonlySet<string>): Promise<void> {
    for (const { id } of store.collection(CREDENTIALS).values()) {
      if (!had.has(`credentials ${id}`)) bus.emit('credentialsChanged', { credentialId: id });
    }
    for (const camera of [...store.collection(CAMERAS).values()]) {
      if (!had.has(`camera ${camera.id}`)) await cameras.changed('created', camera);
    }
  }

  const whatIsHere = () =>
    new Set([
      ...[...store.collection(CREDENTIALS).values()].map(({ id }) => `credentials ${id}`),
      ...[...store.collection(CAMERAS).values()].map(({ id }) => `camera ${id}`),
    ]);

  return async (from, signal): Promise<Planned> => {
    const household = await readElsewhere(from, clock, signal);
    return {
      steps: [...planOf(store, secrets, household).steps],
      async moveIn(progress: Progress) {
        // Once more: something may have come since somebody read the plan.
        const { incoming } = planOf(store, secrets, household);
        const had = whatIsHere();
        const made = await moveIn(core, incoming, new Map(), progress);
        await tellOfNew(had);
        return made;
      },
    };
  };
}
