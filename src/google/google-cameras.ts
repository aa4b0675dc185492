/** Owns the cameras of ours that Google serves: which they are, over what, whose login opens them, and what is told of their demand. */

import type { Cameras } from '../core/cameras/cameras.ts';
import { CAMERAS, type CameraRecord } from '../core/cameras/records.ts';
import { CREDENTIALS } from '../core/google/credentials.ts';
import type { Clock } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import { isoOffset, isoZulu } from '../core/wire-time.ts';
import { type Answer, failed, granted } from './answer.ts';
import { protocolOf, type StreamProtocol } from './device.ts';
import type { Target } from './streams/session.ts';

export interface GoogleCameras {
  /** What to ask Google for; a failure says why this is no camera to be watched over this protocol now. */
  target(cameraId: string, protocol: StreamProtocol): Answer<Target>;
  /** Whether MediaMTX says that it gets the stream: nobody else can. */
  isReady(cameraId: string): boolean;
  /** The same, and it is here that it gets it: another bridge may serve the camera by now. */
  isWatched(cameraId: string): boolean;
  /** Those that somebody asked for and has not left. */
  demanded(): string[];
  demand(cameraId: string): Promise<void>;
  /** @returns false where it could not be stored, and is to be said again */
  endDemand(cameraId: string): Promise<boolean>;
  /** Shows when the session ends. */
  showExpiry(cameraId: string, atMs: number): Promise<void>;
  /** The session that was to end then is none any more. @returns false where none is shown, or another one */
  hideExpiry(cameraId: string, atMs: number): Promise<boolean>;
  /** Tells when the session of a camera ends: of all that have one, and then of each that another bridge has shown. */
  followExpiry(tell: (cameraId: string, atMs: number | undefined) => void): () => void;
}

interface Ports {
  readonly store: Store;
  readonly cameras: Pick<Cameras, 'observe' | 'facts'>;
  readonly clock: Clock;
  readonly hasMediaMtx: boolean;
  /** Whether it is this bridge that sees MediaMTX, and so the one that MediaMTX gets the streams from. */
  readonly seesMediaMtx: () => boolean;
}

export function googleCameras({ store, cameras, clock, hasMediaMtx, seesMediaMtx }: Ports): GoogleCameras {
  const records = store.collection(CAMERAS);
  const credentials = store.collection(CREDENTIALS);
  // What MediaMTX said last is nothing to go by when it is not asked any more.
  const isReady = (id: string) => hasMediaMtx && cameras.facts(id).ready;
  function replaceExpiry(id: string, expiresAt: string | null, isMeant: (shown: string | null) => boolean) {
    return store.commit((tx) => {
      const rows = tx.collection(CAMERAS);
      const camera = rows.get(id);
      if (!camera || !isMeant(camera.expiresAt)) return false;
      rows.put({ ...camera, expiresAt });
      return true;
    });
  }
  const isGoogles = (id: string) => records.get(id)?.sourceType === 'google';
  return {
    target(id, protocol) {
      const camera = records.get(id);
      if (camera?.sourceType !== 'google' || camera.credentialId === null) {
        return failed(404, 'NOT_FOUND', 'There is no such camera from Google');
      }
      if (!camera.isEnabled) return failed(404, 'NOT_FOUND', 'The camera is disabled');
      const credentialId = String(camera.credentialId);
      if ((credentials.get(credentialId)?.sealedTokens ?? null) === null) {
        return failed(404, 'UNAUTHENTICATED', 'The credentials of this camera are not authorised');
      }
      if (protocolOf(camera.info) !== protocol) {
        return failed(404, 'FAILED_PRECONDITION', `Google does not serve this camera over ${protocol}`);
      }
      return granted({ credentialId, device: camera.uid });
    },
    isReady,
    isWatched: (id) => isReady(id) && seesMediaMtx(),
    demanded: () =>
      [...records.values()].map(({ id }) => id).filter((id) => isGoogles(id) && cameras.facts(id).demanded),
    async demand(id) {
      // A persistent camera is kept up by MediaMTX itself: its asking is nobody's demand.
      if (records.get(id)?.isPersistent) return;
      await cameras.observe(id, { kind: 'demand', at: isoZulu(clock.now()) });
    },
    async endDemand(id) {
      // While MediaMTX gets the stream, it is MediaMTX that tells its end, in order. Where another bridge sees it, that one does.
      if (isReady(id) || !isGoogles(id) || !seesMediaMtx()) return true;
      const { isRefused } = await cameras.observe(id, { kind: 'unDemand', at: isoZulu(clock.now()) });
      return isRefused !== true;
    },
    async showExpiry(id, atMs) {
      const expiresAt = isoOffset(atMs);
      if (records.get(id)?.expiresAt !== expiresAt) await replaceExpiry(id, expiresAt, () => true);
    },
    hideExpiry: (id, atMs) => replaceExpiry(id, null, (shown) => shown === isoOffset(atMs)),
    followExpiry(tell) {
      const follow = ({ id, expiresAt }: CameraRecord) =>
        tell(id, expiresAt === null ? undefined : Date.parse(expiresAt));
      for (const camera of records.values()) if (camera.expiresAt !== null) follow(camera);
      return store.watch(CAMERAS, (changes) => {
        for (const { before, after } of changes) if (after && after.expiresAt !== before?.expiresAt) follow(after);
      });
    },
  };
}
