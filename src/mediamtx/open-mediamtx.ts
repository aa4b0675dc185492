/** Owns seeing MediaMTX as a whole: what the rest of the program gets of it. */

import type { Bus } from '../core/bus.ts';
import type { Cameras } from '../core/cameras/cameras.ts';
import type { CameraControl } from '../core/cameras/control.ts';
import { isInUse } from '../core/cameras/expectation.ts';
import { createReachability, type Reachability } from '../core/cameras/reachability.ts';
import { CAMERAS, type CameraRecord } from '../core/cameras/records.ts';
import type { Clock, Log, Secrets } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import type { StreamPorts } from '../protocol/stream-ports.ts';
import { createCameraActions } from './camera-actions.ts';
import { createControlApi } from './control-api.ts';
import { type ControlAddress, openControlExchange } from './control-exchange.ts';
import { startEvictions } from './evictions.ts';
import { createPulledPaths } from './paths/pulled.ts';
import { watchPaths } from './paths/watch.ts';
import { createWrittenPaths } from './paths/written.ts';
import { type Poller, startPoller } from './poller.ts';

interface Parts {
  readonly address: ControlAddress;
  /** Where MediaMTX gets a camera of Google; undefined while it is not to be had. */
  readonly sourceUrl: (cameraId: string) => string | undefined;
  /** Why nothing can be known of a camera; undefined where that is not so. */
  readonly doubtOf: (camera: CameraRecord) => string | undefined;
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
  /** Undefined before it was asked for the first time. */
  readonly isUp: boolean | undefined;
  readonly trouble: Reachability['trouble'];
  readonly streamPorts: Partial<StreamPorts>;
  close(): Promise<void>;
}

/** What can be done to cameras through it. */
export const MEDIAMTX_DEEDS: Pick<CameraControl, 'carriesStreams' | 'can'> = {
  carriesStreams: true,
  can: ({ mtxPath }) => mtxPath !== null,
};

/** Begins to ask at once, and goes on until it is closed. */
export function openMediaMtx(parts: Parts): MediaMtx {
  const { address, sourceUrl, doubtOf, store, secrets, bus, cameras, clock, log } = parts;
  const records = store.collection(CAMERAS);
  const { exchange, close: breakOff } = openControlExchange(address, clock);
  const api = createControlApi(exchange);
  const watch = watchPaths({ records, cameras, bus, doubtOf, clock, log });
  const written = createWrittenPaths({ api, store, secrets });
  const pulled = createPulledPaths({ api, written, records, cameras, secrets, sourceUrl, clock, log });
  const source = {
    name: 'mediamtx',
    title: 'MediaMTX',
    cameras: () => [...records.values()].filter((camera) => camera.mtxPath !== null && isInUse(camera)),
  } as const;
  const reachability = createReachability({ source, cameras, clock, log });
  const poller = startPoller({ api, watch, pulled, reachability, records, cameras, clock, log });
  const stopEvictions = startEvictions({ api, records, bus, clock, log });
  const stopListening = bus.on('event', ({ domain, event }) => {
    if (isAboutSources(domain, event)) poller.camerasChanged();
  });
  return {
    control: {
      ...MEDIAMTX_DEEDS,
      act: createCameraActions({ api, pulled, poller, reachability }),
      media: watch.media,
    },
    look: poller.look,
    get isUp() {
      return reachability.isUp;
    },
    get trouble() {
      return reachability.trouble;
    },
    get streamPorts() {
      return poller.streamPorts;
    },
    async close() {
      stopListening();
      reachability.close();
      breakOff();
      await stopEvictions();
      await poller.close();
    },
  };
}

/** Cameras came, went or changed; or Google's can be had again, or no more. */
function isAboutSources(domain: string, event: string): boolean {
  if (domain === 'credentials') return event === 'authenticated' || event === 'unauthenticated';
  return event === 'created' || event === 'updated' || event === 'removed';
}
