/** Pins that an instance which another bridge has just made is not absent at this one. */

import { beforeEach, expect, it } from 'vitest';
import { agreedInstances } from '../../src/app/cluster/agreed-instances.ts';
import type { Instances } from '../../src/core/instances/instances.ts';
import { ApiError } from '../../src/protocol/api-error.ts';
import { ANNA, newSetting, PLAIN } from '../support/instances/world.ts';

let id: string;
let known: boolean;
let agreed: Instances;
let look: () => Promise<void>;

beforeEach(async () => {
  const { instances } = await newSetting();
  id = (await instances.create(ANNA, PLAIN)).id;
  known = false;
  look = async () => {
    known = true;
  };
  const lagging: Instances = {
    ...instances,
    remove: async (...given) => {
      if (!known) throw new ApiError('not_found');
      return instances.remove(...given);
    },
  };
  agreed = agreedInstances(lagging, {
    reached: 1,
    shownEverywhere: async () => undefined,
    caughtUp: () => look(),
  });
});

it('is removed where it was not known a moment ago', async () => {
  await agreed.remove(ANNA, id);
  await expect(agreed.remove(ANNA, id)).rejects.toMatchObject({ code: 'not_found' });
});

it('is not said to be absent where nobody can tell', async () => {
  look = () => Promise.reject(new ApiError('unavailable'));
  await expect(agreed.remove(ANNA, id)).rejects.toMatchObject({ code: 'unavailable' });
});
