/** Owns the `snapshots` module: the picture of a camera for doors that carry messages, and which last ones are kept. HTTP has addresses for bare JPEGs. */

import type { LastPicture, LastPictures, TakePicture } from '../../core/cameras/control.ts';
import { CAMERAS } from '../../core/cameras/records.ts';
import { listPage, type Page } from '../../core/paging.ts';
import type { Clock } from '../../core/ports.ts';
import type { Call, Module } from '../../core/requests/registry.ts';
import type { Store } from '../../core/store.ts';
import { isoZulu } from '../../core/wire-time.ts';
import { pageOf } from '../../protocol/entities/page.ts';
import {
  LAST_SNAPSHOT,
  type LastSnapshot,
  SNAPSHOT,
  type Snapshot,
} from '../../protocol/entities/watching/snapshot.ts';
import { fits, textOf } from '../filters.ts';

interface Ports {
  readonly take: TakePicture;
  readonly last: LastPictures;
  readonly store: Store;
  readonly clock: Clock;
}

export function snapshotsModule({ take, last, store, clock }: Ports): Module {
  const cameras = store.collection(CAMERAS);

  function list({ payload }: Call): Page<LastSnapshot> {
    const [camera, room] = [textOf(payload['camera']), textOf(payload['room'])];
    const all = [...last.values()].flatMap((picture) => {
      const record = cameras.get(picture.cameraId);
      return record ? [lastSnapshot(picture, record)] : [];
    });
    return listPage(payload, {
      rows: all.filter((one) => fits(camera, String(one.camera)) && fits(room, one.room)),
      id: (one) => one.camera,
      searched: (one) => [one.name, one.room],
      present: (one) => one,
    });
  }

  async function read({ entity }: Call): Promise<Snapshot> {
    const picture = Buffer.from(await take(entity));
    return {
      camera: Number(entity),
      at: isoZulu(clock.now()),
      mediaType: 'image/jpeg',
      data: picture.toString('base64'),
    };
  }

  return {
    name: 'snapshots',
    summary: 'Pictures of cameras',
    operations: {
      list: { summary: 'Search and list the last pictures that are kept', result: pageOf(LAST_SNAPSHOT), run: list },
      read: { summary: 'Take a picture of a camera', result: SNAPSHOT, run: read },
    },
  };
}

function lastSnapshot(
  { cameraId, atMs, jpeg }: LastPicture,
  { name, room }: { readonly name: string; readonly room: string },
): LastSnapshot {
  return { camera: Number(cameraId), name, room, at: isoZulu(atMs), mediaType: 'image/jpeg', bytes: jpeg.length };
}
