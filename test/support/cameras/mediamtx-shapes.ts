/**
 * Owns how versions of MediaMTX write a path, after their published OpenAPI documents and what their sources do; nothing here was
 * recorded from a running one.
 */

/** `minor` 15.5 is 1.15.5. */
export interface MediaMtxVersion {
  readonly minor: number;
}

export const VERSIONS = {
  '1.8': { minor: 8 },
  '1.16': { minor: 16 },
  '1.19': { minor: 19 },
  '1.20': { minor: 20 },
} as const satisfies Record<string, MediaMtxVersion>;

/** What goes on at a path; nothing does in `{}`. */
export interface Feed {
  /** Since when it can be read; absent: it cannot. */
  readonly since?: string;
  readonly bytes?: number;
  /** Who publishes. */
  readonly source?: { readonly type: string; readonly id: string };
  readonly readers?: readonly { readonly type: string; readonly id: string }[];
  readonly tracks?: readonly string[];
  /** Whether the real source is there, where a slate keeps the path available. */
  readonly isOnline?: boolean;
}

const NEVER = '0001-01-01T00:00:00Z';

/** @param pulled type of the source that MediaMTX itself has on this path: it is listed before it ever connected */
export function listedPath(
  version: MediaMtxVersion,
  name: string,
  confName: string,
  feed: Feed,
  pulled?: string,
): object {
  const { since, bytes = 0, readers = [], tracks = ['H264'] } = feed;
  const isThere = since !== undefined;
  const publisher = isThere ? (feed.source ?? { type: 'rtspSession', id: 'source-1' }) : null;
  const source = pulled === undefined ? publisher : { type: pulled, id: '' };
  // Online is whoever has a source: a static one is so before it ever was, with Go's first moment as its time.
  const isOnline = feed.isOnline ?? source !== null;
  const received = isThere ? bytes : 0;
  return {
    name,
    confName,
    source,
    ready: isThere,
    readyTime: since ?? null,
    ...(version.minor >= 16
      ? {
          available: isThere,
          availableTime: since ?? null,
          online: isOnline,
          onlineTime: isOnline ? (since ?? NEVER) : null,
        }
      : {}),
    tracks: isThere ? tracks : [],
    ...(version.minor >= 17
      ? {
          tracks2: isThere ? tracks.map((codec) => ({ codec, codecProps: null })) : [],
          inboundBytes: received,
          outboundBytes: 0,
          inboundFramesInError: 0,
        }
      : {}),
    bytesReceived: received,
    bytesSent: 0,
    readers,
  };
}

/** What its API calls the source of a path; undefined where others publish. */
export function pulledType(source: unknown): string | undefined {
  const [, scheme = ''] = /^(\w+):\/\//.exec(String(source)) ?? [];
  return { rtsp: 'rtspSource', rtsps: 'rtspSource', whep: 'webRTCSource', wheps: 'webRTCSource' }[scheme];
}

/** What a path's configuration may hold, of what concerns sources and hooks; there is more, and nothing else is sent by us. */
export function pathFields({ minor }: MediaMtxVersion): readonly string[] {
  return [
    ...[
      'name',
      'source',
      'sourceFingerprint',
      'sourceOnDemand',
      'sourceOnDemandStartTimeout',
      'sourceOnDemandCloseAfter',
    ],
    ...[
      'maxReaders',
      'record',
      'rtspTransport',
      'runOnDemand',
      'runOnUnDemand',
      'runOnReady',
      'runOnNotReady',
      'runOnRead',
      'runOnUnread',
    ],
    ...(minor >= 16 ? ['alwaysAvailable'] : []),
    ...(minor >= 17
      ? ['whepBearerToken', 'whepSTUNGatherTimeout', 'whepHandshakeTimeout', 'whepTrackGatherTimeout']
      : []),
    ...(minor >= 19.3 ? ['runOnAvailable', 'runOnUnavailable', 'runOnOnline', 'runOnOffline'] : []),
  ];
}
