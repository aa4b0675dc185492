/** Owns what may be done to a camera that is a stream of go2rtc: looking, and nothing else. The stream belongs to go2rtc's own file. */

import type { ActOnCamera, CameraControl, MediaPaths } from '../core/cameras/control.ts';
import type { CameraRecord } from '../core/cameras/records.ts';
import { ApiError } from '../protocol/api-error.ts';
import { isOfGo2Rtc } from './open-go2rtc.ts';

interface Parts {
  readonly streams: MediaPaths;
  /** Resolves when what was found is told. */
  readonly look: (camera: CameraRecord) => Promise<void>;
}

/** @param control of every other camera */
export function withGo2Rtc(control: CameraControl, { streams, look }: Parts): CameraControl {
  const act: ActOnCamera = async (camera, action) => {
    if (camera.sourceType !== 'go2rtc') return control.act(camera, action);
    if (action !== 'probe') throw unavailable(`A stream of go2rtc belongs to go2rtc: ${action} it there`);
    if (!isOfGo2Rtc(camera)) throw unavailable('Only an enabled camera can be probed');
    await look(camera);
  };
  return {
    ...control,
    streams,
    act,
    can: (camera, action) => (camera.sourceType === 'go2rtc' ? action === 'probe' : control.can(camera, action)),
  };
}

function unavailable(message: string): ApiError {
  return new ApiError('unavailable', { message });
}
