/** Owns the list of what could be a camera: the paths of MediaMTX and the streams of go2rtc that are none yet (contract 2.5). */

import type { CameraControl } from '../../core/cameras/control.ts';
import { CAMERAS } from '../../core/cameras/records.ts';
import { listPage, type Page } from '../../core/paging.ts';
import type { Store } from '../../core/store.ts';
import type { Adoptable } from '../../protocol/entities/camera.ts';
import type { JsonObject } from '../../protocol/envelope.ts';

/** By name, the last in the alphabet first: they have no ids. */
export function listAdoptable(payload: JsonObject, store: Store, { media, streams }: CameraControl): Page<Adoptable> {
  const cameras = store.collection(CAMERAS);
  const paths = media.list().map((info) => ({ ...info, index: 'mtxPath' }));
  const ofGo2Rtc = (streams?.list() ?? []).map((info) => ({ ...info, index: 'stream' }));
  const rows = [...paths, ...ofGo2Rtc]
    .filter(({ path, index }) => cameras.by(index, path) === undefined)
    .sort((one, other) => (one.path < other.path ? -1 : 1))
    .map((info, place) => ({ ...info, place }));
  return listPage(payload, {
    rows,
    id: ({ place }) => place,
    searched: ({ path }) => [path],
    present: ({ path, index, ready, src }) => ({
      mtx_path: index === 'mtxPath' ? path : null,
      stream: index === 'stream' ? path : null,
      stream_ready: ready,
      source: src,
    }),
  });
}
