/** Owns where the stream of a camera is read for a snapshot. Refuses cameras that nothing here can read. */

import type { CameraRecord } from '../core/cameras/records.ts';
import type { Secrets } from '../core/ports.ts';
import { noSnapshot } from '../protocol/entities/watching/snapshot.ts';

export interface StreamServer {
  /** For example `rtsp://127.0.0.1:8554`. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/**
 * @param server what carries the streams; without it a camera is read where it is
 * @returns an rtsp or rtsps URL with the login it needs
 * @throws ApiError `no_snapshot`
 */
export function snapshotSource(camera: CameraRecord, server: StreamServer | undefined, secrets: Secrets): string {
  if (!camera.isEnabled) throw noSnapshot('disabled');
  if (server) return atServer(camera, server);
  if (camera.sourceType !== 'rtsp' || camera.sealedSourceUrl === null) throw noSnapshot('no_source');
  return new URL(secrets.open(camera.sealedSourceUrl, camera.uid)).href;
}

function atServer({ mtxPath }: CameraRecord, server: StreamServer): string {
  if (mtxPath === null) throw noSnapshot('no_source');
  return urlAtServer(mtxPath, server);
}

/** Where a path of MediaMTX is read, with the login that this takes. */
export function urlAtServer(mtxPath: string, { url: base, username, password = '' }: StreamServer): string {
  const url = new URL(`${base.replace(/\/+$/, '')}/${mtxPath.split('/').map(encodeURIComponent).join('/')}`);
  if (username !== undefined) {
    // The setters leave a percent sign as it is.
    url.username = encodeURIComponent(username);
    url.password = encodeURIComponent(password);
  }
  return url.href;
}
