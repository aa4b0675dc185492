/** Owns long work at all bridges of a cluster: it is listed with that of others, and asked after and cancelled wherever it is. */

import type { Others } from '../../core/cluster/others.ts';
import type { Operations } from '../../core/operations/operations.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { OperationInfo } from '../../protocol/entities/system/operations.ts';

export interface OperationsEverywhere {
  list(): unknown;
  read(id: string): unknown;
  cancel(id: string): unknown;
}

const LIST = 'operations';
const READ = 'an operation';
const CANCEL = 'cancel an operation';

export function operationsEverywhere(here: Operations, others: Others): OperationsEverywhere {
  others.onAsked(LIST, () => here.list());
  others.onAsked(READ, (id) => known(() => here.read(String(id))));
  others.onAsked(CANCEL, (id) =>
    known(() => {
      here.cancel(String(id));
      return true;
    }),
  );

  async function elsewhere(subject: string, id: string): Promise<unknown> {
    const found = await others.find(subject, id);
    if (found === undefined) throw new ApiError('not_found');
    return found;
  }

  return {
    async list() {
      const { answers } = await others.ask(LIST, null);
      // Sound as far as bridges of one version speak.
      const told = answers.flatMap(({ bridge, value }) =>
        (value as OperationInfo[]).map((operation) => ({ ...operation, bridge })),
      );
      const own = here.list().map((operation) => ({ ...operation, bridge: others.own }));
      return [...own, ...told].sort((one, other) => (one.startedAt < other.startedAt ? 1 : -1));
    },
    read: (id) => known(() => here.read(id)) ?? elsewhere(READ, id),
    async cancel(id) {
      const isHere = known(() => {
        here.cancel(id);
        return true;
      });
      if (isHere === undefined) await elsewhere(CANCEL, id);
    },
  };
}

/** Undefined where there is no such operation. */
function known<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not_found') return undefined;
    throw error;
  }
}
