/** Owns who watches which camera through us: a stream ends with the right to it and with its camera, and nobody has them without end. */

import { ApiError } from '../../protocol/api-error.ts';
import { type IceServer, noStream } from '../../protocol/entities/watching/stream.ts';
import type { Session, Sessions } from '../accounts/sessions.ts';
import type { Bus } from '../bus.ts';
import { isInUse } from '../cameras/expectation.ts';
import { CAMERAS, type CameraRecord } from '../cameras/records.ts';
import type { Secrets } from '../ports.ts';
import type { Store } from '../store.ts';
import type { OpenStream, StreamServer } from './stream-server.ts';

export interface Watching {
  iceServers(cameraId: string): Promise<readonly IceServer[]>;
  open(session: Session, cameraId: string, offer: string): Promise<{ readonly id: string; readonly answer: string }>;
  /** One's own; an administrator anybody's. @throws ApiError `not_found` */
  end(session: Session, id: string): Promise<void>;
  /** Ends all. */
  close(): Promise<void>;
}

interface Parts {
  readonly store: Store;
  readonly sessions: Pick<Sessions, 'isLive'>;
  readonly secrets: Pick<Secrets, 'newUuid'>;
  readonly bus: Bus;
  /** Undefined where nothing serves this camera by WebRTC. */
  readonly serverOf: (camera: CameraRecord) => StreamServer | undefined;
  /** Calls back with the key of an account that has just lost rights; the result stops that. */
  readonly onRevoked: (listener: (accountKey: string) => void) => () => void;
}

interface Watched {
  readonly userId: string;
  readonly tokenId: string;
  readonly cameraId: string;
  /** Where the camera was to be had. */
  readonly place: string;
  readonly stream: OpenStream;
}

/** A wall of cameras for each, and whoever closes the browser without a word leaves some behind: the oldest goes. */
const MOST_OF_A_USER = 32;
const MOST = 1000;

export function createWatching({ store, sessions, secrets, bus, serverOf, onRevoked }: Parts): Watching {
  const cameras = store.collection(CAMERAS);
  /** The oldest first. */
  const watched = new Map<string, Watched>();

  function find(cameraId: string): { camera: CameraRecord; server: StreamServer } {
    const camera = /^\d{1,15}$/.test(cameraId) ? cameras.get(String(Number(cameraId))) : undefined;
    if (!camera) throw new ApiError('not_found');
    if (!isInUse(camera)) throw noStream('disabled');
    const server = serverOf(camera);
    if (!server) throw noStream('no_server');
    return { camera, server };
  }

  function endEach(isOver: (one: Watched) => boolean): Promise<unknown> {
    const over = [...watched].filter(([, one]) => isOver(one));
    for (const [id] of over) watched.delete(id);
    return Promise.all(over.map(([, { stream }]) => stream.end()));
  }

  function keepToBounds(userId: string): void {
    const own = [...watched].filter(([, one]) => one.userId === userId);
    const tooMany = [...own.slice(0, -MOST_OF_A_USER), ...[...watched].slice(0, -MOST)];
    for (const [id, { stream }] of tooMany) if (watched.delete(id)) void stream.end();
  }

  const isStillThere = ({ cameraId, place }: Watched) => placeOf(cameras.get(cameraId)) === place;
  const stops = [
    onRevoked((key) => void endEach(({ userId, tokenId }) => key === `user:${userId}` && !sessions.isLive(tokenId))),
    bus.on('event', ({ domain, event, entity }) => {
      if (domain !== 'camera' || (event !== 'updated' && event !== 'removed')) return;
      void endEach((one) => one.cameraId === String(entity) && !isStillThere(one));
    }),
  ];

  return {
    async iceServers(cameraId) {
      const { camera, server } = find(cameraId);
      return server.iceServers(camera);
    },
    async open({ user, tokenId }, cameraId, offer) {
      const { camera, server } = find(cameraId);
      const place = placeOf(camera);
      const stream = await server.open(camera, offer);
      const one = { userId: user.id, tokenId, cameraId: camera.id, place, stream };
      // Opening takes seconds, in which the right to it may have gone.
      if (!sessions.isLive(tokenId) || !isStillThere(one)) {
        await stream.end();
        throw noStream('disabled');
      }
      const id = secrets.newUuid();
      watched.set(id, one);
      keepToBounds(user.id);
      return { id, answer: stream.answer };
    },
    async end({ user }, id) {
      const one = watched.get(id);
      if (!one || (one.userId !== user.id && user.role !== 'admin')) throw new ApiError('not_found');
      watched.delete(id);
      await one.stream.end();
    },
    async close() {
      for (const stop of stops) stop();
      await endEach(() => true);
    },
  };
}

/** Of one that is gone or not in use there is nothing to be seen. */
function placeOf(camera: CameraRecord | undefined): string {
  return camera && isInUse(camera) ? JSON.stringify([camera.mtxPath, camera.sourceType, camera.stream]) : '';
}
