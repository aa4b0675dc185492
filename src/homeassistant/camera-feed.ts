/** Owns which cameras Home Assistant knows, and what is shown of them alone: switches, and the past. How the feeds are is said elsewhere, for everybody. */

import type { Bus } from '../core/bus.ts';
import type { Cameras } from '../core/cameras/cameras.ts';
import { CAMERAS, type CameraRecord } from '../core/cameras/records.ts';
import type { History } from '../core/outages/history.ts';
import type { Clock } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import { type Answer, answerState } from './devices/answer.ts';
import { cameraAnnouncement } from './devices/camera.ts';
import type { Service } from './devices/device.ts';
import { liveState } from './devices/live-view.ts';
import { outageState } from './devices/outage-entities.ts';
import { problemState } from './devices/problem.ts';
import type { Discovery } from './discovery.ts';
import { repeat } from './repeat.ts';

interface Parts {
  readonly service: Service;
  readonly discovery: Discovery;
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly history: Pick<History, 'uptime' | 'lastFall'>;
  readonly cameras: Pick<Cameras, 'state'>;
}

/** How long a camera was up changes with time alone. */
const LOOK_MS = 5 * 60_000;

export interface CameraFeed {
  /** Shows what came of a command, and says again what the switches are: whoever used one may show what it asked for. */
  answered(cameraId: string, answer: Answer): void;
  close(): void;
}

export function feedCameras({ service, discovery, store, bus, clock, history, cameras }: Parts): CameraFeed {
  const records = store.collection(CAMERAS);
  const answers = new Map<string, Answer>();

  function tell(camera: CameraRecord): void {
    discovery.announce(cameraAnnouncement(camera, service));
    show(camera);
  }

  function show({ id, mtxPath, isEnabled: enabled, isPersistent: persistent }: CameraRecord): void {
    const problem = problemState(cameras.state(Number(id)), history.lastFall(id));
    const live = liveState(service.liveView, mtxPath);
    const rest = { ...live, ...outageState(history, id), ...answerState(answers.get(id)) };
    discovery.show(service.own.camera(id), { enabled, persistent, problem, ...rest });
  }

  for (const camera of records.values()) tell(camera);
  const looks = repeat(clock, LOOK_MS, async () => {
    for (const camera of records.values()) show(camera);
  });
  const stopStates = bus.on('cameraState', ({ cameraId }) => {
    const camera = records.get(String(cameraId));
    if (camera) show(camera);
  });
  const stopCredentials = bus.on('credentialsChanged', () => {
    for (const camera of records.values()) discovery.announce(cameraAnnouncement(camera, service));
  });
  const stopEvents = bus.on('event', ({ domain, event, entity }) => {
    if (domain !== 'camera' || entity === null) return;
    if (event === 'removed') {
      answers.delete(String(entity));
      discovery.withdraw(service.identity.camera(String(entity)));
    }
    if (event !== 'created' && event !== 'updated') return;
    const camera = records.get(String(entity));
    if (camera) tell(camera);
  });
  return {
    answered(cameraId, answer) {
      const camera = records.get(cameraId);
      if (!camera) return;
      answers.set(cameraId, answer);
      show(camera);
      discovery.showAgain(service.own.camera(cameraId));
    },
    close() {
      looks.close();
      stopStates();
      stopCredentials();
      stopEvents();
    },
  };
}
