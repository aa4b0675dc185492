/** Owns which cameras stand together: those that need somebody first, then by room in the order of people. Pure. */

import type { Camera } from '../../../protocol/entities/camera.ts';
import { CONDITION_NAMES, conditionOf, needsSomebody } from './condition.ts';

export interface Room {
  /** Undefined for those that need somebody, wherever they are. */
  readonly name: string | undefined;
  readonly cameras: readonly Camera[];
}

export function roomsOf(
  cameras: readonly Camera[],
  search: string,
  inOrder: (one: string, other: string) => number,
): readonly Room[] {
  const wanted = search.trim().toLowerCase();
  const found = cameras.filter(({ name, room }) => `${name}\n${room}`.toLowerCase().includes(wanted));
  const urgent = found.filter((camera) => needsSomebody(conditionOf(camera)));
  const rooms = new Map<string, Camera[]>();
  for (const camera of found) {
    if (needsSomebody(conditionOf(camera))) continue;
    rooms.set(camera.room, [...(rooms.get(camera.room) ?? []), camera]);
  }
  const place = (camera: Camera) => CONDITION_NAMES.indexOf(conditionOf(camera)) === CONDITION_NAMES.length - 1;
  const sorted = [...rooms]
    .sort(([one], [other]) => inOrder(one, other))
    // What is off comes last in its room, everything else in its natural order.
    .map(([name, own]) => ({ name, cameras: [...own.filter((each) => !place(each)), ...own.filter(place)] }));
  return [...(urgent.length > 0 ? [{ name: undefined, cameras: urgent }] : []), ...sorted];
}
