/** Owns the names that NestMTX's environment has for settings: they are read where ours are not set, so that its environment starts us, too. */

import { isAbsolute } from 'node:path';
import type { Alias } from '../aliases.ts';
import type { SettingName } from '../schema.ts';
import type { Entry } from './entry.ts';
import type { Environment } from './sources.ts';

const FILES = { HTTPS_CERT_PATH: 'HTTPS_CERT', HTTPS_KEY_PATH: 'HTTPS_KEY' } as const;

/** Ports that it shows, by protocol. */
const PORTS = {
  NESTMTX_RTSP_TCP_PORT: 'rtsp',
  NESTMTX_RTSP_UDP_RTP_PORT: 'rtp',
  NESTMTX_RTSP_UDP_RTCP_PORT: 'rtcp',
  NESTMTX_RTMP_PORT: 'rtmp',
  NESTMTX_HLS_PORT: 'hls',
  NESTMTX_WEB_RTC_PORT: 'webrtc',
  NESTMTX_SRT_PORT: 'srt',
} as const;

const SOURCE = 'environment';

/** The entries, and what is to be told of them. */
export function readNestMtxNames(env: Environment): {
  readonly entries: readonly Entry[];
  readonly aliases: readonly Alias[];
} {
  // A relative path leads into a folder of NestMTX's own.
  const files = Object.entries(FILES).filter(([theirs]) => isAbsolute(env[theirs] ?? ''));
  const ports = Object.entries(PORTS).filter(([theirs]) => env[theirs]);
  const written = ports.map(([theirs, protocol]) => `${protocol}=${env[theirs]}`).join(',');
  const all: readonly (readonly [SettingName, readonly string[], string])[] = [
    ...files.map(([theirs, ours]) => [ours, [theirs], env[theirs] ?? ''] as const),
    ...(ports.length > 0 ? [['STREAM_PORTS', ports.map(([theirs]) => theirs), written] as const] : []),
  ];
  const unset = all.filter(([name]) => !env[name]);
  return {
    entries: unset.map(([name, [key = name], meaning]) => ({ name, key, source: SOURCE, written: meaning })),
    aliases: unset.map(([setting, names, meaning]) => ({ setting, written: names.join(', '), meaning })),
  };
}
