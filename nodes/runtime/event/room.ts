/** Owns whose news passes where a room is chosen: each waits until the room of its camera is known, and nothing overtakes it. */

import type { CameraNames } from '../server/camera-names.ts';

export interface RoomGate {
  /** Calls back if the camera is in the room, at once or soon; a camera that nobody knows is in none. */
  pass(cameraId: number | null, callback: () => void): void;
  /** Nothing passes any more. */
  close(): void;
}

type Rooms = Pick<CameraNames, 'roomOf' | 'load'>;

/** @param room undefined lets everything pass */
export function createRoomGate(rooms: Rooms, room: string | undefined): RoomGate {
  /** Undefined while nothing waits. Its end is near: a list that is not answered is given up. */
  let waiting: { readonly cameraId: number; readonly callback: () => void }[] | undefined;
  let isClosed = false;

  function flush(): void {
    const all = waiting ?? [];
    waiting = undefined;
    for (const { cameraId, callback } of all) if (!isClosed) pass(cameraId, callback);
  }

  function pass(cameraId: number | null, callback: () => void): void {
    if (room === undefined) callback();
    if (room === undefined || cameraId === null) return;
    const found = waiting ? undefined : rooms.roomOf(cameraId);
    if (found === room) callback();
    if (found !== undefined) return;
    if (waiting) waiting.push({ cameraId, callback });
    else {
      waiting = [{ cameraId, callback }];
      void rooms.load().then(flush);
    }
  }

  return {
    pass,
    close: () => {
      isClosed = true;
    },
  };
}
