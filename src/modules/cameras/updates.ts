/** Owns how a camera is changed, and what is done to its stream and its picture with it: `stop` holds until something ends it (N-34). */

import type { Cameras } from '../../core/cameras/cameras.ts';
import type { CameraControl } from '../../core/cameras/control.ts';
import { CAMERAS, type CameraRecord } from '../../core/cameras/records.ts';
import type { Clock, Secrets } from '../../core/ports.ts';
import type { Store } from '../../core/store.ts';
import { isoOffset } from '../../core/wire-time.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { CameraAction, CameraUpdate } from '../../protocol/entities/camera.ts';
import { findRow } from '../entity.ts';
import { changedSource } from './camera-source.ts';
import { changedCamera } from './changes.ts';
import { put } from './put.ts';

interface Ports {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly cameras: Cameras;
  readonly control: CameraControl;
  /** Takes a picture and publishes it; absent where none are published. @throws ApiError with words for a person */
  readonly renewPicture?: ((cameraId: string) => Promise<void>) | undefined;
}

type Changes = Omit<CameraUpdate, 'action'>;

/**
 * Makes the changes first, if there are any.
 * @throws ApiError also with words for a person, where the action cannot be done
 */
export type UpdateCamera = (cameraId: string, changes: Changes, action?: CameraAction) => Promise<void>;

export function createCameraUpdates({
  store,
  secrets,
  clock,
  cameras,
  control,
  renewPicture = noPictures,
}: Ports): UpdateCamera {
  const records = store.collection(CAMERAS);

  function change(id: string, { source, ...changes }: Changes, isStopped: boolean): Promise<CameraRecord> {
    return cameras.change((tx, tell) => {
      const rows = tx.collection(CAMERAS);
      const { isStopped: _, ...now } = findRow(rows, id);
      const isHeld = isStopped && changes.is_enabled === undefined;
      const camera = put(rows, {
        ...changedCamera(now, changes, source && changedSource(source, now, secrets)),
        ...(isHeld && { isStopped: true }),
        updatedAt: isoOffset(clock.now()),
      });
      tell('updated', camera);
      return camera;
    });
  }

  /** Whether it is stopped after this; undefined: as before. */
  function stoppedBy(action: CameraAction | undefined): boolean | undefined {
    if (!control.carriesStreams || action === undefined) return undefined;
    return action === 'probe' || action === 'snapshot' ? undefined : action === 'stop';
  }

  return async (id, changes, action) => {
    const before = findRow(records, id);
    const isStopped = stoppedBy(action) ?? before.isStopped === true;
    const changesNothing = Object.keys(changes).length === 0 && isStopped === (before.isStopped === true);
    const camera = action && changesNothing ? before : await change(id, changes, isStopped);
    if (!action) return;
    if (action === 'snapshot') return renewPicture(camera.id);
    try {
      await control.act(camera, action);
    } catch (error) {
      // What could not be stopped goes on, and is not said to be stopped.
      if (action === 'stop' && !before.isStopped) await change(id, {}, false);
      throw error;
    }
  };
}

async function noPictures(): Promise<void> {
  throw new ApiError('unavailable', { message: 'No pictures are published here' });
}
