/** Owns what one look has found of a camera as a whole: it counts, or what was seen by what was before has to be looked for again. */

import type { Cameras } from '../cameras.ts';
import type { Observation } from '../observation.ts';

/** @param failed hears of each that could not be judged @returns whether all of them count */
export async function observeAll(
  cameras: Pick<Cameras, 'observe'>,
  cameraId: string,
  observations: readonly Observation[],
  failed: (error: unknown) => void,
): Promise<boolean> {
  let allCount = true;
  for (const result of await Promise.allSettled(observations.map((one) => cameras.observe(cameraId, one)))) {
    if (result.status === 'rejected') failed(result.reason);
    if (result.status === 'rejected' || result.value.isRefused) allCount = false;
  }
  return allCount;
}
