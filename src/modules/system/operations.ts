/** Owns the `operations` module, ours: how far long work is, and ending it before its time. */

import type { Others } from '../../core/cluster/others.ts';
import type { Operations } from '../../core/operations/operations.ts';
import type { Module } from '../../core/requests/registry.ts';
import { OPERATION, OPERATION_LIST } from '../../protocol/entities/system/operations.ts';
import { type OperationsEverywhere, operationsEverywhere } from './operations-everywhere.ts';

/** @param others in a cluster, whose work is told of, too */
export function operationsModule(here: Operations, others?: Others): Module {
  const operations: OperationsEverywhere = others ? operationsEverywhere(here, others) : here;
  return {
    name: 'operations',
    summary: 'Long work: how far it is, and cancelling it',
    operations: {
      list: {
        summary: 'List what is under way and what has ended lately',
        result: OPERATION_LIST,
        run: () => operations.list(),
      },
      read: {
        summary: 'Tell how far something is, and what came of it',
        result: OPERATION,
        run: ({ entity }) => operations.read(entity),
      },
      delete: {
        summary: 'Cancel what is under way; forget what has ended',
        run: ({ entity }) => operations.cancel(entity),
      },
    },
  };
}
