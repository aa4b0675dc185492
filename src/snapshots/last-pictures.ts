/**
 * Owns the last picture of each camera, so that a page can show it without asking the camera. In memory alone, since it shows people
 * at home: what is not wanted any more is nowhere. Refuses to grow without end.
 */

import type { Bus } from '../core/bus.ts';
import type { LastPicture, LastPictures, TakePicture } from '../core/cameras/control.ts';
import { CAMERAS, type CameraRecord } from '../core/cameras/records.ts';
import type { Clock } from '../core/ports.ts';
import type { Store } from '../core/store.ts';

interface Parts {
  readonly take: TakePicture;
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  /** Tells other bridges of one that was taken here. */
  readonly tell?: ((picture: LastPicture) => void) | undefined;
  readonly limits?: { readonly pictures: number; readonly bytes: number };
}

interface Kept extends LastPicture {
  /** What it is a picture of. */
  readonly place: string;
}

/** A hundred cameras as large as they come, or a thousand small ones. */
const LIMITS = { pictures: 1000, bytes: 32 * 1024 * 1024 };

/** @returns the same as `take`, with what came of it remembered */
export function keepLastPictures({ take, store, bus, clock, tell, limits = LIMITS }: Parts) {
  const cameras = store.collection(CAMERAS);
  /** The oldest first. */
  const kept = new Map<string, Kept>();
  let bytes = 0;

  function forget(id: string): void {
    bytes -= kept.get(id)?.jpeg.length ?? 0;
    kept.delete(id);
  }

  function keep({ cameraId: id, atMs, jpeg }: LastPicture, place: string): void {
    forget(id);
    kept.set(id, { cameraId: id, atMs, jpeg, place });
    bytes += jpeg.length;
    while (kept.size > limits.pictures || bytes > limits.bytes) {
      const [oldest = id] = kept.keys();
      forget(oldest);
    }
  }

  const stop = bus.on('event', ({ domain, event, entity }) => {
    if (domain !== 'camera' || (event !== 'updated' && event !== 'removed')) return;
    const id = String(entity);
    if (placeOf(cameras.get(id)) !== kept.get(id)?.place) forget(id);
  });

  const last: LastPictures = { get: (id) => kept.get(id), values: () => kept.values() };
  return {
    last,
    async take(id: string): Promise<Uint8Array> {
      const place = placeOf(cameras.get(id));
      const jpeg = await take(id);
      // Whoever asks a moment later gets the same one.
      if (kept.get(id)?.jpeg === jpeg || placeOf(cameras.get(id)) !== place) return jpeg;
      const picture = { cameraId: id, atMs: clock.now(), jpeg };
      keep(picture, place);
      tell?.(picture);
      return jpeg;
    },
    /** One that another bridge has taken. */
    hear(picture: LastPicture): void {
      const place = placeOf(cameras.get(picture.cameraId));
      if (place !== '' && picture.atMs >= (kept.get(picture.cameraId)?.atMs ?? 0)) keep(picture, place);
    },
    close: stop,
  };
}

/** Of one that is gone or switched off nothing is shown. */
function placeOf(camera: CameraRecord | undefined): string {
  if (!camera?.isEnabled) return '';
  return JSON.stringify([camera.uid, camera.mtxPath, camera.sourceType, camera.sealedSourceUrl, camera.stream]);
}
