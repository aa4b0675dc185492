/** Owns hearing what other bridges have made of cameras: what is in memory is what the log says, whoever has written it. */

import type { Store } from '../../store.ts';
import { CAMERA_STATES, CAMERAS, type CameraRecord, type CameraStateRecord } from '../records.ts';

interface Hearing {
  /** Undefined: the camera is gone. */
  readonly state: (id: string, record: CameraStateRecord | undefined) => void;
  /** Another one than before, or new. */
  readonly camera: (camera: CameraRecord) => void;
}

/** Returns what ends it. */
export function followCameras(store: Store, hear: Hearing): () => void {
  const stops = [
    store.watch(CAMERAS, (changes) => {
      for (const { after } of changes) if (after) hear.camera(after);
    }),
    store.watch(CAMERA_STATES, (changes) => {
      for (const { id, after } of changes) hear.state(id, after);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
