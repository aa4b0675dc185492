/** Owns a camera's source: checks its URL, and keeps the credentials in it sealed; shows the URL only without them (N-39a). */

import type { CameraRecord } from '../../core/cameras/records.ts';
import type { Secrets } from '../../core/ports.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { CameraCreate, CameraSourceType } from '../../protocol/entities/camera.ts';
import { isSourceUrl } from '../source-url.ts';

/** What MediaMTX pulls. Those of HLS and WHEP are told apart by the type alone. */
const SCHEMES: Readonly<Record<CameraSourceType, readonly string[]>> = {
  publisher: [],
  rtsp: ['rtsp:', 'rtsps:'],
  rtmp: ['rtmp:', 'rtmps:'],
  hls: ['http:', 'https:'],
  srt: ['srt:'],
  udp: ['udp:'],
  whep: ['http:', 'https:'],
  google: [],
  go2rtc: [],
};

type Source = NonNullable<CameraCreate['source']>;
type SourceFields = Pick<CameraRecord, 'sourceType' | 'sealedSourceUrl' | 'stream' | 'transport' | 'fingerprint'>;

/**
 * @param uid of the camera: its URL can be opened for no other
 * @throws ApiError `invalid_url` when a pulled source has no URL that fits it, `invalid_payload` when one of go2rtc has no `stream`
 */
export function sourceFields(source: Source | undefined, uid: string, secrets: Secrets): SourceFields {
  const { type, url, stream, transport, fingerprint } = source ?? { type: 'publisher' as const };
  const isPulled = SCHEMES[type].length > 0;
  if (isPulled && !isSourceUrl(url, SCHEMES[type])) throw new ApiError('invalid_url');
  if (type === 'go2rtc' && !stream) throw new ApiError('invalid_payload', NO_STREAM);
  return {
    sourceType: type,
    sealedSourceUrl: isPulled && url ? secrets.seal(url, uid) : null,
    ...(type === 'go2rtc' && stream && { stream }),
    ...(type === 'rtsp' && transport && { transport }),
    ...(isPulled && fingerprint && { fingerprint: fingerprint.toLowerCase() }),
  };
}

/**
 * What an update makes of the source; undefined: nothing. One that comes back with all its keys was read before, and whoever read it
 * has not seen the whole URL: what was not shown of it stays.
 */
export function changedSource(source: Source, now: CameraRecord, secrets: Secrets): SourceFields | undefined {
  const shown = shownSource(now, secrets, true);
  const { type, url, stream, transport, fingerprint } = source;
  const wasRead = url !== undefined && transport !== undefined && fingerprint !== undefined;
  const isSame = type === shown.type && url === shown.url && (stream ?? null) === shown.stream;
  if (!wasRead || !isSame) return sourceFields(source, now.uid, secrets);
  if (transport === shown.transport && fingerprint === shown.fingerprint) return undefined;
  return { ...sourceFields(source, now.uid, secrets), sealedSourceUrl: now.sealedSourceUrl };
}

const NO_STREAM = { message: 'A source of type go2rtc needs "stream", its name in go2rtc' };

/** Where a camera is to be had is for administrators, who may have typed it. */
export function shownSource(record: CameraRecord, secrets: Secrets, isForAdmin: boolean) {
  const { sourceType, stream = null, transport = null, fingerprint = null } = record;
  return { type: sourceType, url: isForAdmin ? shownUrl(record, secrets) : null, stream, transport, fingerprint };
}

function shownUrl({ sealedSourceUrl, uid }: CameraRecord, secrets: Secrets): string | null {
  if (sealedSourceUrl === null) return null;
  const url = new URL(secrets.open(sealedSourceUrl, uid));
  url.username = '';
  url.password = '';
  // A query may be the credential, as it is with many cheap cameras.
  url.search = '';
  return url.toString();
}
