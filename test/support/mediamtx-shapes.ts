/** Owns how versions of MediaMTX write a path, after their published OpenAPI documents; nothing here was recorded from a running one. */

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
  readonly source?: { readonly type: string; readonly id: string };
  readonly readers?: readonly { readonly type: string; readonly id: string }[];
  readonly tracks?: readonly string[];
  /** Whether the real source is there, where a slate keeps the path available. */
  readonly isOnline?: boolean;
}

const NEVER = '0001-01-01T00:00:00Z';

export function listedPath(version: MediaMtxVersion, name: string, confName: string, feed: Feed): object {
  const { since, bytes = 0, readers = [], tracks = ['H264'] } = feed;
  const isThere = since !== undefined;
  const source = isThere ? (feed.source ?? { type: 'rtspSession', id: 'source-1' }) : null;
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
          // A static source is online before it ever was.
          online: feed.isOnline ?? (isThere || confName === name),
          onlineTime: feed.isOnline === false ? null : (since ?? NEVER),
        }
      : {}),
    tracks: isThere ? tracks : [],
    ...(version.minor >= 17
      ? {
          tracks2: isThere ? tracks.map((codec) => ({ codec })) : [],
          inboundBytes: bytes,
          outboundBytes: 0,
          inboundFramesInError: 0,
        }
      : { bytesReceived: bytes, bytesSent: 0 }),
    readers,
  };
}

/** What a path's configuration may hold; there is more, and nothing else is sent by us. */
export function pathFields({ minor }: MediaMtxVersion): readonly string[] {
  const always = [
    'name',
    'source',
    'sourceOnDemand',
    'sourceOnDemandStartTimeout',
    'runOnDemand',
    'runOnUnDemand',
    'runOnReady',
  ];
  return [...always, ...(minor >= 16 ? ['alwaysAvailable'] : []), ...(minor >= 19.3 ? ['runOnAvailable'] : [])];
}
