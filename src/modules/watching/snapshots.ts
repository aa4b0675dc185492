/** Owns the `snapshots` module: the picture of a camera for doors that carry messages. HTTP has an address of its own for the bare JPEG. */

import type { TakePicture } from '../../core/cameras/control.ts';
import type { Clock } from '../../core/ports.ts';
import type { Call, Module } from '../../core/requests/registry.ts';
import { isoZulu } from '../../core/wire-time.ts';
import { SNAPSHOT, type Snapshot } from '../../protocol/entities/snapshot.ts';

export function snapshotsModule(take: TakePicture, clock: Clock): Module {
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
    operations: { read: { summary: 'Take a picture of a camera', result: SNAPSHOT, run: read } },
  };
}
