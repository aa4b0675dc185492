/** Owns long work at all bridges of a cluster: it is listed with that of others, and asked after and cancelled wherever it is. */

import type { Belief, Others } from '../../core/cluster/others.ts';
import type { Operations } from '../../core/operations/operations.ts';
import { believing } from '../../core/requests/belief.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { OPERATION, OPERATION_LIST, type OperationInfo } from '../../protocol/entities/system/operations.ts';

export interface OperationsEverywhere {
  list(): unknown;
  read(id: string): unknown;
  cancel(id: string): unknown;
}

const LIST = 'operations';
const READ = 'an operation';
const CANCEL = 'cancel an operation';
const believesList = believing<OperationInfo[]>(OPERATION_LIST);
const believesOne = believing<OperationInfo>(OPERATION);
const believesDone = believing<true>({ const: true });

export function operationsEverywhere(here: Operations, others: Others): OperationsEverywhere {
  others.onAsked(LIST, () => here.list());
  others.onAsked(READ, (id) => known(() => here.read(String(id))));
  others.onAsked(CANCEL, (id) =>
    known(() => {
      here.cancel(String(id));
      return true;
    }),
  );

  async function elsewhere<T>(subject: string, id: string, believes: Belief<T>): Promise<T> {
    const found = await others.find(subject, id, believes);
    if (found === undefined) throw new ApiError('not_found');
    return found;
  }

  return {
    async list() {
      const { answers } = await others.ask(LIST, null, believesList);
      const told = answers.flatMap(({ bridge, value }) => value.map((operation) => ({ ...operation, bridge })));
      const own = here.list().map((operation) => ({ ...operation, bridge: others.own }));
      return [...own, ...told].sort((one, other) => (one.startedAt < other.startedAt ? 1 : -1));
    },
    read: (id) => known(() => here.read(id)) ?? elsewhere(READ, id, believesOne),
    async cancel(id) {
      const isHere = known(() => {
        here.cancel(id);
        return true;
      });
      if (isHere === undefined) await elsewhere(CANCEL, id, believesDone);
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
