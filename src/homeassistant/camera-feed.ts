/** Owns which cameras Home Assistant knows, and what their switches show. How the feeds are is said elsewhere, for everybody. */

import type { Bus } from '../core/bus.ts';
import { CAMERAS, type CameraRecord } from '../core/cameras/records.ts';
import type { Store } from '../core/store.ts';
import { cameraAnnouncement } from './camera-device.ts';
import type { Service } from './device.ts';
import type { Discovery } from './discovery.ts';

interface Parts {
  readonly service: Service;
  readonly discovery: Discovery;
  readonly store: Store;
  readonly bus: Bus;
}

export interface CameraFeed {
  /** Says again what the switches of a camera show. */
  showAgain(cameraId: string): void;
  close(): void;
}

export function feedCameras({ service, discovery, store, bus }: Parts): CameraFeed {
  const records = store.collection(CAMERAS);

  function tell(camera: CameraRecord): void {
    const { id, isEnabled: enabled, isPersistent: persistent } = camera;
    discovery.announce(cameraAnnouncement(camera, service));
    discovery.show(service.own.camera(id), { enabled, persistent });
  }

  for (const camera of records.values()) tell(camera);
  const close = bus.on('event', ({ domain, event, entity }) => {
    if (domain !== 'camera' || entity === null) return;
    if (event === 'removed') discovery.withdraw(service.identity.camera(String(entity)));
    if (event !== 'created' && event !== 'updated') return;
    const camera = records.get(String(entity));
    if (camera) tell(camera);
  });
  return {
    showAgain: (cameraId) => {
      if (records.get(cameraId)) discovery.showAgain(service.own.camera(cameraId));
    },
    close,
  };
}
