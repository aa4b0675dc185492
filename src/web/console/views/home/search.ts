/** Owns which cameras a search means: by any part of their name, room or path. */

import { cameras } from '../../house/cameras.ts';
import { conditionOf } from '../../house/condition.ts';
import type { Found } from '../../views.ts';

const MOST = 8;

export function findCameras(text: string): readonly Found[] {
  const wanted = text.toLowerCase();
  return (cameras.peek() ?? [])
    .filter(({ name, room, mtx_path }) => `${name}\n${room}\n${mtx_path ?? ''}`.toLowerCase().includes(wanted))
    .slice(0, MOST)
    .map((camera) => ({
      to: `/cameras/${camera.id}`,
      text: camera.name,
      hint: camera.room,
      condition: conditionOf(camera),
    }));
}
