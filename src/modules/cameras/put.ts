/** Owns what must hold of a camera whenever it is kept, judged on the resulting state (N-34). */

import type { CameraRecord } from '../../core/cameras/records.ts';
import type { WriteCollection } from '../../core/store.ts';
import { ApiError } from '../../protocol/api-error.ts';

/** @throws ApiError `invalid_payload`, `mtx_path_required`, `mtx_path_in_use` */
export function put(rows: WriteCollection<CameraRecord>, camera: CameraRecord): CameraRecord {
  const { mtxPath, stream, isEnabled, isPersistent } = camera;
  if (stream !== undefined && (mtxPath !== null || isPersistent)) throw new ApiError('invalid_payload', NOT_FOR_GO2RTC);
  if (mtxPath === null && stream === undefined && (isEnabled || isPersistent)) throw new ApiError('mtx_path_required');
  const holder = mtxPath === null ? undefined : rows.by('mtxPath', mtxPath);
  if (holder && holder.id !== camera.id) throw new ApiError('mtx_path_in_use');
  rows.put(camera);
  return camera;
}

const NOT_FOR_GO2RTC = {
  message:
    'A stream of go2rtc has no "mtx_path", and only go2rtc can keep it up: "expected" says that it should be there always',
};
