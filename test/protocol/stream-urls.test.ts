/** Pins where the stream of a camera is to be had, for names and for addresses of both families, and where nothing speaks a protocol. */

import { expect, it } from 'vitest';
import { STREAM_PORTS } from '../../src/protocol/stream-ports.ts';
import { streamUrls } from '../../src/protocol/stream-urls.ts';

it('each protocol has its own, at the ports of MediaMTX if nobody tells others', () => {
  expect(streamUrls('front/door', 'house', STREAM_PORTS)).toEqual({
    url_rtsp_tcp: 'rtsp://house:8554/front/door',
    url_rtsp_udp_rtp: 'rtsp://house:8000/front/door',
    url_rtsp_udp_rtcp: 'rtsp://house:8001/front/door',
    url_rtmp: 'rtmp://house:1935/front/door',
    url_hls: 'http://house:8888/front/door',
    url_hls_m3u8: 'http://house:8888/front/door/index.m3u8',
    url_web_rtc: 'http://house:8889/front/door',
    url_srt: 'srt://house:8890/?streamid=read%3Afront%2Fdoor',
  });
});

it('an IPv6 address stands in brackets, once', () => {
  const at = (host: string) => streamUrls('door', host, STREAM_PORTS).url_hls;
  expect(['2001:db8::1', '[2001:db8::1]', '192.0.2.1'].map(at)).toEqual([
    'http://[2001:db8::1]:8888/door',
    'http://[2001:db8::1]:8888/door',
    'http://192.0.2.1:8888/door',
  ]);
});

it('what is off is null, and so is everything of a camera without a path', () => {
  const urls = streamUrls('door', 'house', { ...STREAM_PORTS, hls: null });
  expect([urls.url_hls, urls.url_hls_m3u8, urls.url_rtmp]).toEqual([null, null, 'rtmp://house:1935/door']);
  expect(new Set(Object.values(streamUrls(null, 'house', STREAM_PORTS)))).toEqual(new Set([null]));
});
