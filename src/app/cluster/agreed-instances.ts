/** Owns that what becomes of an instance at one bridge of a cluster is told when the others show it. */

import type { Consistency } from '../../core/cluster/consistency.ts';
import type { Instances } from '../../core/instances/instances.ts';

export function agreedInstances(instances: Instances, { shownEverywhere }: Consistency): Instances {
  const agreed =
    <Given extends unknown[], Result>(change: (...given: Given) => Promise<Result>) =>
    async (...given: Given) => {
      const result = await change(...given);
      await shownEverywhere();
      return result;
    };
  return {
    ...instances,
    create: agreed(instances.create),
    remove: agreed(instances.remove),
    rotate: agreed(instances.rotate),
    update: agreed(instances.update),
    removeAllOf: agreed(instances.removeAllOf),
  };
}
