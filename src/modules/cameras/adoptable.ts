/** Owns the list of what could be a camera: the paths of MediaMTX that are none yet (contract 2.5). */

import type { MediaPaths } from '../../core/cameras/control.ts';
import { CAMERAS } from '../../core/cameras/records.ts';
import { listPage, type Page } from '../../core/paging.ts';
import type { Store } from '../../core/store.ts';
import type { Adoptable } from '../../protocol/entities/camera.ts';
import type { JsonObject } from '../../protocol/envelope.ts';

/** By name, the last in the alphabet first: they have no ids. */
export function listAdoptable(payload: JsonObject, store: Store, media: MediaPaths): Page<Adoptable> {
  const cameras = store.collection(CAMERAS);
  const paths = media.list().filter(({ path }) => cameras.by('mtxPath', path) === undefined);
  const rows = [...paths]
    .sort((one, other) => (one.path < other.path ? -1 : 1))
    .map((info, index) => ({ ...info, index }));
  return listPage(payload, {
    rows,
    id: ({ index }) => index,
    searched: ({ path }) => [path],
    present: ({ path, ready, src }) => ({ mtx_path: path, stream_ready: ready, source: src }),
  });
}
