/**
 * Owns that what becomes of an instance at one bridge of a cluster is told when the others show it, and that none is absent for a change which
 * another bridge has made a moment ago.
 */

import type { Consistency } from '../../core/cluster/consistency.ts';
import type { Instances } from '../../core/instances/instances.ts';
import { ApiError } from '../../protocol/api-error.ts';

export function agreedInstances(instances: Instances, consistency: Consistency): Instances {
  const agreed =
    <Given extends unknown[], Result>(change: (...given: Given) => Promise<Result>) =>
    async (...given: Given) => {
      const result = await change(...given);
      await consistency.shownEverywhere();
      return result;
    };
  const known =
    <Given extends unknown[], Result>(change: (...given: Given) => Promise<Result>) =>
    async (...given: Given) => {
      try {
        return await change(...given);
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 'not_found') throw error;
        await consistency.caughtUp();
        return change(...given);
      }
    };
  return {
    ...instances,
    create: agreed(instances.create),
    remove: agreed(known(instances.remove)),
    rotate: agreed(known(instances.rotate)),
    update: agreed(known(instances.update)),
    removeAllOf: agreed(instances.removeAllOf),
  };
}
