/** Owns what an event node sends while a camera's name is being asked for: it waits, and nothing overtakes it. */

import type { CameraNames } from '../server/camera-names.ts';
import type { Circumstances, Told } from './stream.ts';

type News = Told & Circumstances;

export type Named = Omit<News, 'camera'> & {
  readonly camera: { readonly id: number; readonly name: string | null; readonly path: string | null } | null;
};

export interface Outbox {
  tell(told: News): void;
  /** Nothing is sent any more. */
  close(): void;
}

/** @param send must not throw */
export function createOutbox(names: CameraNames, send: (told: Named) => void): Outbox {
  /** Undefined while nothing waits. Its end is near: a list that is not answered is given up. */
  let waiting: News[] | undefined;
  let isClosed = false;

  function flush(): void {
    const all = waiting ?? [];
    waiting = undefined;
    if (!isClosed) for (const told of all) send(named(told, names));
  }

  return {
    tell: (told) => {
      if (waiting) waiting.push(told);
      else if (!lacksName(told, names)) send(named(told, names));
      else {
        waiting = [told];
        void names.load().then(flush);
      }
    },
    close: () => {
      isClosed = true;
    },
  };
}

function lacksName({ camera }: News, names: CameraNames): boolean {
  return camera !== null && camera.name === undefined && names.of(camera.id) === undefined;
}

function named({ camera, ...told }: News, names: CameraNames): Named {
  return { ...told, camera: camera && { ...camera, name: camera.name ?? names.of(camera.id) ?? null } };
}
