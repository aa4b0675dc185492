/** Owns where the stream of a camera is to be had, by protocol. No login is in it. Pure. */

import type { StreamPorts } from './stream-ports.ts';
import { urlHost } from './url-host.ts';

/** @param host as it was set, or as somebody called us; each is null where the camera has no path, or nothing speaks that protocol */
export function streamUrls(path: string | null, host: string, ports: StreamPorts) {
  const named = urlHost(host);
  const at = (scheme: string, port: number | null, rest: string) =>
    path === null || port === null ? null : `${scheme}://${named}:${port}/${rest}`;
  return {
    url_rtsp_tcp: at('rtsp', ports.rtsp, `${path}`),
    url_rtsp_udp_rtp: at('rtsp', ports.rtp, `${path}`),
    url_rtsp_udp_rtcp: at('rtsp', ports.rtcp, `${path}`),
    url_rtmp: at('rtmp', ports.rtmp, `${path}`),
    url_hls: at('http', ports.hls, `${path}`),
    url_hls_m3u8: at('http', ports.hls, `${path}/index.m3u8`),
    url_web_rtc: at('http', ports.webrtc, `${path}`),
    url_srt: at('srt', ports.srt, `?streamid=${encodeURIComponent(`read:${path}`)}`),
  };
}
