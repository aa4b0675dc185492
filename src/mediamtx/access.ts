/** Owns what MediaMTX may ask this service at any time: whom it may let in, and that it tells of what happens at a path. */

import type { DirectRoute } from '../core/direct-calls.ts';
import type { Clock, Log, Secrets } from '../core/ports.ts';
import { createCallers } from './callers.ts';
import { createControlApi } from './control-api.ts';
import { type ControlAddress, openControlExchange } from './control-exchange.ts';
import { type GiveHint, mediaMtxHooks } from './hooks.ts';
import { createViewers, type Viewers } from './viewers.ts';

interface Parts {
  readonly address: ControlAddress;
  readonly hookSecret: string | undefined;
  /** What a call of a hook comes to. */
  readonly giveHint: GiveHint;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly log: Log;
}

export interface MediaMtxAccess {
  readonly viewers: Viewers;
  /** For `/hooks/mediamtx`. */
  readonly hooks: DirectRoute;
  /** Whether the last call of a hook was refused: events come late then. */
  readonly isRefusingHooks: boolean;
  close(): Promise<void>;
}

/** Asks nothing by itself. */
export function openMediaMtxAccess({ address, hookSecret, giveHint, secrets, clock, log }: Parts): MediaMtxAccess {
  const { exchange, close } = openControlExchange(address, clock);
  const callers = createCallers(secrets, hookSecret, log);
  const viewers = createViewers(createControlApi(exchange), clock, log);
  return {
    viewers,
    hooks: mediaMtxHooks(giveHint, callers),
    get isRefusingHooks() {
      return callers.isRefusing;
    },
    async close() {
      close();
      await viewers.close();
    },
  };
}
