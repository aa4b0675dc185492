/** Owns the store as a place to move into, while no service runs. */

import type { Moving } from '../../cli/program.ts';
import type { Config } from '../../config/config.ts';
import type { Cameras } from '../../core/cameras/cameras.ts';
import { createClosers } from '../../core/lifecycle.ts';
import type { Clock, Log } from '../../core/ports.ts';
import { moveIn } from '../../moving/move-in.ts';
import { planOf } from '../../moving/plan.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { openCore } from '../core.ts';

/**
 * Rejects when the store cannot be opened, for example because a service holds it. Nobody is made at a first start. For a plan alone a
 * look will do, which writes nothing.
 */
export async function openMoving(
  config: Config,
  surroundings: { readonly log: Log; readonly clock: Clock; readonly isLook: boolean },
): Promise<Moving> {
  if (config.mode === 'follow') {
    throw new ApiError('unavailable', {
      message: 'nothing can move into a service that follows another: set MODE=serve',
    });
  }
  const closers = createClosers(surroundings.log);
  try {
    const { core } = await openCore(config, { ...surroundings, makesAdmin: false }, closers);
    // Nobody hears of cameras while no service runs.
    const change: Cameras['change'] = (work) => core.store.commit((tx) => work(tx, () => undefined));
    return {
      plan: (household) => planOf(core.store, core.secrets, household),
      moveIn: (incoming, passwords) => moveIn({ ...core, change }, incoming, passwords),
      close: () => closers.close(),
    };
  } catch (error) {
    await closers.close();
    throw error;
  }
}
