/** Owns go2rtc as a whole: what the rest of the program gets of it. It is only ever asked: its streams belong to its own file. */

import type { Bus } from '../core/bus.ts';
import type { Cameras } from '../core/cameras/cameras.ts';
import type { MediaPaths } from '../core/cameras/control.ts';
import { isInUse } from '../core/cameras/expectation.ts';
import { createReachability, type Reachability } from '../core/cameras/reachability.ts';
import { CAMERAS, type CameraRecord } from '../core/cameras/records.ts';
import type { Clock, Log } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import { createGo2RtcApi } from './go2rtc-api.ts';
import { type AskRtsp, createLooks, type LookAtSource } from './looks.ts';
import { startPoller } from './poller.ts';
import { type Go2RtcAddress, openQuestions } from './question.ts';
import { watchStreams } from './streams/watch.ts';

interface Parts {
  readonly address: Go2RtcAddress;
  readonly askRtsp: AskRtsp;
  readonly store: Store;
  readonly bus: Bus;
  readonly cameras: Cameras;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Go2Rtc {
  readonly lookAtSource: LookAtSource;
  /** By the name of a stream. */
  readonly media: MediaPaths;
  /** Undefined before it was asked for the first time. */
  readonly isUp: boolean | undefined;
  readonly trouble: Reachability['trouble'];
  close(): Promise<void>;
}

/** Begins to ask at once, and goes on until it is closed. */
export function openGo2Rtc({ address, askRtsp, store, bus, cameras, clock, log }: Parts): Go2Rtc {
  const records = store.collection(CAMERAS);
  const watched = () => [...records.values()].filter(isOfGo2Rtc);
  const questions = openQuestions(address, clock);
  const api = createGo2RtcApi(questions);
  const watch = watchStreams({ watched, cameras, bus, clock, log });
  const source = { name: 'go2rtc', title: 'go2rtc', cameras: watched } as const;
  const reachability = createReachability({ source, cameras, clock, log });
  const isBusy = () => {
    return watched().some(({ id }) => {
      const { ready, demanded, pending } = cameras.facts(id);
      return ready || demanded || pending === 'feed';
    });
  };
  const poller = startPoller({ api, watch, reachability, isBusy, clock, log });
  const stopListening = bus.on('event', ({ domain, event }) => {
    if (domain === 'camera' && (event === 'created' || event === 'updated')) poller.now();
  });
  return {
    lookAtSource: createLooks({ api, watch, askRtsp, url: address.url, log }),
    media: watch.media,
    get isUp() {
      return reachability.isUp;
    },
    get trouble() {
      return reachability.trouble;
    },
    async close() {
      stopListening();
      reachability.close();
      questions.close();
      await poller.close();
    },
  };
}

/** In use, as nothing else is watched. */
export function isOfGo2Rtc(camera: CameraRecord): boolean {
  return camera.sourceType === 'go2rtc' && isInUse(camera);
}
