/** Owns what Google's media server answers over RTSP: who brings a token that is good now is served. */

import type { GoogleServer } from './google.ts';

export function mediaAnswer(streams: Pick<GoogleServer['streams'], 'connect'>, asked: string): string {
  const [, method, url = ''] = /^(\w+) (\S+)/.exec(asked) ?? [];
  const cSeq = /^CSeq: (\d+)/m.exec(asked)?.[1] ?? '';
  const sdp = 'v=0\r\ns=-\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track0\r\n';
  const isLetIn = method !== 'DESCRIBE' || streams.connect(url) !== undefined;
  const head = `RTSP/1.0 ${isLetIn ? '200 OK' : '401 Unauthorized'}\r\nCSeq: ${cSeq}\r\nSession: 1\r\n`;
  return method === 'DESCRIBE' && isLetIn ? `${head}Content-Length: ${sdp.length}\r\n\r\n${sdp}` : `${head}\r\n`;
}
