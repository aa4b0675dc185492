/** Owns the port to whatever carries the streams: what is told to a camera's stream, what flows through it, and a picture of it. */

import { ApiError } from '../../protocol/api-error.ts';
import type { StreamAction } from '../../protocol/entities/camera.ts';
import type { PathInfo } from '../../protocol/entities/htop.ts';
import type { CameraRecord } from './records.ts';

/** Resolves when it is done. @throws ApiError with words for a person where it cannot be done */
export type ActOnCamera = (camera: CameraRecord, action: StreamAction) => Promise<void>;

/** A JPEG of now. Rejects with an ApiError: `not_found`, or `no_snapshot` with its reason. */
export type TakePicture = (cameraId: string) => Promise<Uint8Array>;

/** A picture that was taken, and when. */
export interface LastPicture {
  readonly cameraId: string;
  readonly atMs: number;
  readonly jpeg: Uint8Array;
}

/** At most one of a camera. */
export interface LastPictures {
  get(cameraId: string): LastPicture | undefined;
  values(): Iterable<LastPicture>;
}

/** What the media server carried when it was last asked. */
export interface MediaPaths {
  list(): readonly PathInfo[];
  get(path: string): PathInfo | undefined;
}

export interface CameraControl {
  /** What go2rtc carries, by the names of its streams; absent where there is none. */
  readonly streams?: MediaPaths;
  /** Whether streams can be stopped and started here at all. */
  readonly carriesStreams: boolean;
  /** Whether an action is possible here at all, for such a camera while it is enabled; it may fail all the same. */
  can(camera: Pick<CameraRecord, 'mtxPath' | 'sourceType'>, action: StreamAction): boolean;
  readonly act: ActOnCamera;
  readonly media: MediaPaths;
}

/** Stands in where nothing carries streams. */
export const NO_CAMERA_CONTROL: CameraControl = {
  carriesStreams: false,
  can: () => false,
  async act() {
    throw new ApiError('unavailable', {
      message:
        'Nothing here can act on this camera: set MEDIAMTX_URL or GO2RTC_URL, or give the camera a source of type rtsp',
    });
  },
  media: { list: () => [], get: () => undefined },
};
