/** Owns the API without a service: the modules directly on the store, for commands while nothing runs. Opens no port. */

import type { Offline } from '../../cli/program.ts';
import type { Config } from '../../config/config.ts';
import { createClosers } from '../../core/lifecycle.ts';
import type { Clock, Log } from '../../core/ports.ts';
import { createRegistry } from '../../core/requests/registry.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { hasStore } from '../../store/look.ts';
import { openCore } from '../core.ts';
import { checksOf } from '../health/checks.ts';
import { createModules } from '../modules.ts';

interface Surroundings {
  readonly log: Log;
  readonly clock: Clock;
  /** Whether nothing may be written: a change is carried out in memory and forgotten. */
  readonly isLook: boolean;
}

/**
 * Requests act as the system user. Rejects when the store cannot be opened, for example because a service holds it, and where there
 * is none: the first start is the service's.
 */
export async function openOffline(config: Config, surroundings: Surroundings): Promise<Offline> {
  if (config.mode === 'follow') {
    throw new ApiError('unavailable', {
      message: 'in follow mode the data is that of the NestMTX server, which only the running service asks',
    });
  }
  const closers = createClosers(surroundings.log);
  try {
    assertStore(config.dataDir);
    const { core } = await openCore(config, { ...surroundings, makesAdmin: false }, closers);
    const registry = createRegistry(
      createModules(config, core, checksOf(config, { ...core, isKeeping: () => true, hasRental: hasHome(config) })),
      core.sessions,
      surroundings.log,
    );
    const token = core.sessions.operatorToken();
    return {
      execute: (request) => registry.execute({ ...request, token }, { transport: 'cli' }),
      close: () => closers.close(),
    };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

function assertStore(dir: string): void {
  if (hasStore(dir)) return;
  const message = `there is no store in ${dir}: no service was started there yet, or DATA_DIR is another`;
  throw new ApiError('not_found', { message });
}

/** Whether there will be a broker to rent instances on. */
function hasHome({ mqtt, instances }: Config): boolean {
  return mqtt.embedded !== undefined || instances.broker === 'mosquitto';
}
