/** Owns MediaMTX as a whole: what the rest of the program gets of it. */

import type { Bus } from '../core/bus.ts';
import type { Cameras } from '../core/cameras/cameras.ts';
import type { CameraControl } from '../core/cameras/control.ts';
import { CAMERAS } from '../core/cameras/records.ts';
import type { DirectRoute } from '../core/direct-calls.ts';
import type { Clock, Log, Secrets } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import { createCallers } from './callers.ts';
import { createCameraActions } from './camera-actions.ts';
import { createControlApi } from './control-api.ts';
import { type ControlAddress, openControlExchange } from './control-exchange.ts';
import { mediaMtxHooks } from './hooks.ts';
import { createPulledPaths } from './paths/pulled.ts';
import { watchPaths } from './paths/watch.ts';
import { type Poller, startPoller } from './poller.ts';
import { createReachability } from './reachability.ts';

interface Parts {
  readonly address: ControlAddress;
  readonly hookSecret: string | undefined;
  /** Where MediaMTX gets a camera of Google; undefined while it is not to be had. */
  readonly sourceUrl: (cameraId: string) => string | undefined;
  readonly store: Store;
  readonly secrets: Secrets;
  readonly bus: Bus;
  readonly cameras: Cameras;
  readonly clock: Clock;
  readonly log: Log;
}

export interface MediaMtx {
  readonly control: CameraControl;
  readonly look: Poller['look'];
  /** For `/hooks/mediamtx`. */
  readonly hooks: DirectRoute;
  /** Undefined before it was asked for the first time. */
  readonly isUp: boolean | undefined;
  close(): Promise<void>;
}

/** Begins to ask at once, and goes on until it is closed. */
export function openMediaMtx(parts: Parts): MediaMtx {
  const { address, hookSecret, sourceUrl, store, secrets, bus, cameras, clock, log } = parts;
  const records = store.collection(CAMERAS);
  const { exchange, close: breakOff } = openControlExchange(address, clock);
  const api = createControlApi(exchange);
  const watch = watchPaths({ records, cameras, bus, clock, log });
  const pulled = createPulledPaths({ api, records, secrets, sourceUrl, log });
  const reachability = createReachability({ records, cameras, clock, log });
  const poller = startPoller({ api, watch, pulled, reachability, records, cameras, clock, log });
  const stopListening = bus.on('event', ({ domain, event }) => {
    if (isAboutSources(domain, event)) poller.camerasChanged();
  });
  return {
    control: { act: createCameraActions({ api, pulled, poller, reachability }), media: watch.media },
    look: poller.look,
    hooks: mediaMtxHooks(poller.look, createCallers(secrets, hookSecret, log)),
    get isUp() {
      return reachability.isUp;
    },
    async close() {
      stopListening();
      reachability.close();
      breakOff();
      await poller.close();
    },
  };
}

/** Cameras came, went or changed; or Google's can be had again, or no more. */
function isAboutSources(domain: string, event: string): boolean {
  if (domain === 'credentials') return event === 'authenticated' || event === 'unauthenticated';
  return event === 'created' || event === 'updated' || event === 'removed';
}
