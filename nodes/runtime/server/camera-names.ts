/** Owns the names and rooms of a server's cameras: asked for once when the first is wanted, and kept by events from then on. States hold none. */

import type { Client } from '../../../src/client/client.ts';
import type { Log } from '../../../src/client/environment.ts';
import type { Subscription } from '../../../src/client/subscriptions.ts';
import { isObject } from '../../../src/protocol/envelope.ts';

export interface CameraNames {
  /** Null for one that is not known, or that nobody may tell us; undefined while nobody has been asked: `load` does. */
  of(cameraId: number): string | null | undefined;
  /** As `of`; once rooms were asked for, a camera that was changed is asked for anew, since events say no rooms. */
  roomOf(cameraId: number): string | null | undefined;
  /** How many cameras the room has; undefined while nobody has been asked. */
  countIn(room: string): number | undefined;
  /** Resolves when the names are there, or cannot be had. One list serves all who ask. */
  load(): Promise<void>;
  /** What an event says; it counts once names were wanted. */
  learn(cameraId: number, name: unknown): void;
  /** The connection was lost, and with it the news. */
  forget(): void;
  close(): void;
}

interface Parts {
  readonly client: Pick<Client, 'events'>;
  /** All cameras, as records of the API; undefined where the server node has no login to ask with. */
  readonly list: (() => Promise<unknown[]>) | undefined;
  readonly log: Log;
}

interface Known {
  readonly names: Map<number, string>;
  readonly rooms: Map<number, string>;
  isLoaded: boolean;
  loading: Promise<void>;
}

export function createCameraNames({ client, list, log }: Parts): CameraNames {
  /** Undefined while nobody has asked on this connection. */
  let known: Known | undefined;
  let news: Subscription[] = [];
  let hasRooms = false;

  function learn(cameraId: number, name: unknown): void {
    if (typeof name === 'string') known?.names.set(cameraId, name);
  }

  function watch(): Subscription[] {
    const renamed = ['created', 'updated'].map((event) =>
      client.events({ domain: 'camera', event }, ({ entity, details }) => {
        if (entity === null) return;
        if (hasRooms) known = undefined;
        learn(entity, details['name']);
      }),
    );
    const removed = client.events({ domain: 'camera', event: 'removed' }, ({ entity }) => {
      if (entity === null) return;
      known?.names.delete(entity);
      known?.rooms.delete(entity);
    });
    return [...renamed, removed];
  }

  async function fill({ names, rooms }: Known): Promise<void> {
    if (!list) return;
    if (news.length === 0) news = watch();
    try {
      for (const camera of await list()) {
        if (!isObject(camera)) continue;
        const id = Number(camera['id']);
        if (typeof camera['room'] === 'string') rooms.set(id, camera['room']);
        if (typeof camera['name'] !== 'string') continue;
        // What an event has said meanwhile is newer.
        if (!names.has(id)) names.set(id, camera['name']);
      }
    } catch (error) {
      log.debug({ err: error }, 'the names of the cameras are not to be had');
    }
  }

  function ask(): Known {
    const asked: Known = { names: new Map(), rooms: new Map(), isLoaded: false, loading: Promise.resolve() };
    asked.loading = fill(asked).then(() => {
      asked.isLoaded = true;
    });
    return asked;
  }

  return {
    of: (cameraId) => (known?.isLoaded ? (known.names.get(cameraId) ?? null) : undefined),
    roomOf: (cameraId) => {
      hasRooms = true;
      return known?.isLoaded ? (known.rooms.get(cameraId) ?? null) : undefined;
    },
    countIn: (room) => {
      hasRooms = true;
      return known?.isLoaded ? [...known.rooms.values()].filter((other) => other === room).length : undefined;
    },
    load: () => {
      known ??= ask();
      return known.loading;
    },
    learn,
    forget: () => {
      known = undefined;
    },
    close: () => {
      for (const subscription of news) subscription.close();
      news = [];
      known = undefined;
    },
  };
}
