/** Owns the `htop` module (contract 2.7): the load of the machine, and starting and stopping the parts of the service. */

import type { Processes } from '../core/processes.ts';
import type { Call, Module } from '../core/requests/registry.ts';
import { ApiError } from '../protocol/api-error.ts';
import {
  HTOP,
  HTOP_DONE,
  HTOP_UPDATE,
  type Htop,
  type HtopUpdate,
  PROCESS_ACTIONS,
} from '../protocol/entities/htop.ts';

export function htopModule(processes: Processes): Module {
  async function update({ entity, payload }: Call): Promise<object> {
    const { action: asked } = payload as HtopUpdate;
    const action = PROCESS_ACTIONS.find((known) => known === asked);
    if (!action) throw new ApiError('unknown_action', { message: `Unknown action: ${asked}` });
    if (!(await processes.act(entity, action))) {
      throw new ApiError('unknown_process', { message: `No Process with name "${entity}" exists` });
    }
    return {};
  }

  return {
    name: 'htop',
    summary: 'Load of the machine and processes of the service',
    operations: {
      list: {
        summary: 'Show processors, memory, processes and media paths',
        result: HTOP,
        run: (): Htop => ({
          cpu: processes.cpu(),
          memory: processes.memory(),
          processes: processes.processes(),
          paths: processes.paths(),
        }),
      },
      update: { summary: 'Start, stop or restart a process', schema: HTOP_UPDATE, result: HTOP_DONE, run: update },
    },
  };
}
