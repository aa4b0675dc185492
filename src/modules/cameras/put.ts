/** Owns what must hold of a camera whenever it is kept, judged on the resulting state (N-34). */

import type { CameraRecord } from '../../core/cameras/records.ts';
import type { WriteCollection } from '../../core/store.ts';
import { ApiError } from '../../protocol/api-error.ts';

/** @throws ApiError `mtx_path_required`, `mtx_path_in_use` */
export function put(rows: WriteCollection<CameraRecord>, camera: CameraRecord): CameraRecord {
  if (camera.mtxPath === null && (camera.isEnabled || camera.isPersistent)) throw new ApiError('mtx_path_required');
  const holder = camera.mtxPath === null ? undefined : rows.by('mtxPath', camera.mtxPath);
  if (holder && holder.id !== camera.id) throw new ApiError('mtx_path_in_use');
  rows.put(camera);
  return camera;
}
