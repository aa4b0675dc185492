/** Owns what the configuration says of whoever serves streams: MediaMTX and go2rtc. */

import type { StreamPorts } from '../protocol/stream-ports.ts';
import { parseStreamPorts } from './formats.ts';
import type { Settings } from './schema.ts';

export interface Go2Rtc {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

export interface MediaMtx {
  readonly url: string;
  /** Where it serves streams. */
  readonly rtspUrl: string;
  readonly webRtcUrl?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** The address for snapshots is one that others may use, too. */
export function streamPorts({ STREAM_PORTS, MEDIAMTX_RTSP_URL }: Settings): Partial<StreamPorts> {
  const { protocol, port } = new URL(MEDIAMTX_RTSP_URL ?? 'rtsp:');
  const rtsp = protocol === 'rtsp:' && port !== '' ? { rtsp: Number(port) } : {};
  return { ...rtsp, ...(STREAM_PORTS === undefined ? {} : parseStreamPorts(STREAM_PORTS)) };
}

export function mediaMtx({ MEDIAMTX_URL: url, MEDIAMTX_USER: username, ...more }: Settings): MediaMtx | undefined {
  if (url === undefined) return undefined;
  const rtspUrl = more.MEDIAMTX_RTSP_URL ?? `rtsp://${new URL(url).hostname}:8554`;
  return { url, rtspUrl, webRtcUrl: more.MEDIAMTX_WEBRTC_URL, username, password: more.MEDIAMTX_PASS };
}

export function go2Rtc({ GO2RTC_URL, GO2RTC_USER, GO2RTC_PASS }: Settings): Go2Rtc | undefined {
  return GO2RTC_URL === undefined ? undefined : { url: GO2RTC_URL, username: GO2RTC_USER, password: GO2RTC_PASS };
}
