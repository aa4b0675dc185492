/** Owns a camera's source: checks its URL, and keeps the credentials in it sealed; shows the URL only without them (N-39a). */

import type { CameraRecord } from '../../core/cameras/records.ts';
import type { Secrets } from '../../core/ports.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { CameraCreate } from '../../protocol/entities/camera.ts';

const SCHEMES = { rtsp: ['rtsp:', 'rtsps:'], whep: ['http:', 'https:'], publisher: [], google: [] } as const;

/** @throws ApiError `invalid_url` when a pulled source has no URL of a scheme that fits it */
export function parseSource(source: CameraCreate['source']): { type: keyof typeof SCHEMES; url: string | null } {
  const { type, url } = source ?? { type: 'publisher' as const };
  const schemes: readonly string[] = SCHEMES[type];
  if (schemes.length === 0) return { type, url: null };
  if (url === undefined || !URL.canParse(url) || !schemes.includes(new URL(url).protocol)) {
    throw new ApiError('invalid_url');
  }
  return { type, url };
}

export function sealSource(url: string | null, uid: string, secrets: Secrets): string | null {
  return url === null ? null : secrets.seal(url, uid);
}

export function shownSourceUrl({ sealedSourceUrl, uid }: CameraRecord, secrets: Secrets): string | null {
  if (sealedSourceUrl === null) return null;
  const url = new URL(secrets.open(sealedSourceUrl, uid));
  url.username = '';
  url.password = '';
  // A query may be the credential, as it is with many cheap cameras.
  url.search = '';
  return url.toString();
}
