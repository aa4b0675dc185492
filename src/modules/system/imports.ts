/** Owns the `imports` module, ours: a plan of what would move in from elsewhere, and the move itself, both as operations. */

import type { Others } from '../../core/cluster/others.ts';
import type { Operations, Progress } from '../../core/operations/operations.ts';
import { believing } from '../../core/requests/belief.ts';
import type { Call, Module } from '../../core/requests/registry.ts';
import { ApiError } from '../../protocol/api-error.ts';
import {
  IMPORT_CREATE,
  IMPORT_UPDATE,
  type ImportCreate,
  type ImportDone,
  type ImportPlan,
  type ImportUpdate,
} from '../../protocol/entities/system/imports.ts';
import { BEGUN, type Begun } from '../../protocol/entities/system/operations.ts';

/** What was found elsewhere, ready to move in. */
export interface Planned {
  readonly steps: ImportPlan['steps'];
  /** Everything at once, or nothing. @returns the passwords that were made, by name */
  moveIn(progress: Progress): Promise<ReadonlyMap<string, string>>;
}

export interface ImportPorts {
  readonly operations: Operations;
  /** Asks elsewhere and changes nothing. */
  readonly plan: (from: ImportCreate, signal: AbortSignal) => Promise<Planned>;
  /** In a cluster: a plan is carried out where it was made. */
  readonly others?: Others | undefined;
}

const CARRY_OUT = 'carry out a plan';
const believesBegun = believing<Begun>(BEGUN);

export function importsModule({ operations, plan, others }: ImportPorts): Module {
  /** By the operation that has made it. Only the last one: it holds secrets of elsewhere. */
  let planned: { readonly id: string; readonly plan: Planned } | undefined;

  function create({ payload, session }: Call): Begun {
    const { id } = operations.start('import-plan', session?.user.username ?? '', async ({ signal }) => {
      const found = await plan(payload as ImportCreate, signal);
      signal.throwIfAborted();
      planned = { id, plan: found };
      return { steps: found.steps } satisfies ImportPlan;
    });
    return { operation: id };
  }

  others?.onAsked(CARRY_OUT, (asked) => {
    const { id, skipRefused, by } = Object(asked);
    return planned && planned.id === id ? carryOut(planned.plan, skipRefused === true, String(by)) : undefined;
  });

  async function update({ entity: id, payload, session }: Call): Promise<Begun> {
    const { skipRefused = false } = payload as ImportUpdate;
    const by = session?.user.username ?? '';
    if (planned?.id === id) return carryOut(planned.plan, skipRefused, by);
    const begun = await others?.find(CARRY_OUT, { id, skipRefused, by }, believesBegun);
    if (begun === undefined) throw new ApiError('not_found');
    return begun;
  }

  function carryOut(found: Planned, skipRefused: boolean, by: string): Begun {
    const refused = found.steps.filter(({ fate }) => fate === 'refused').length;
    if (refused > 0 && !skipRefused) {
      const message = `Nothing was changed: ${refused} of it cannot come; with skipRefused the rest comes without that`;
      throw new ApiError('unavailable', { message });
    }
    const { id } = operations.start('import', by, async (progress) => {
      const made = await found.moveIn(progress);
      return { passwords: Object.fromEntries(made) } satisfies ImportDone;
    });
    planned = undefined;
    return { operation: id };
  }

  return {
    name: 'imports',
    summary: 'Move in from a NestMTX, a MediaMTX or a go2rtc',
    operations: {
      create: {
        summary: 'Plan: ask elsewhere what would come, and change nothing',
        schema: IMPORT_CREATE,
        result: BEGUN,
        run: create,
      },
      update: {
        summary: 'Carry out a plan, all of it at once',
        schema: IMPORT_UPDATE,
        result: BEGUN,
        run: update,
      },
    },
  };
}
