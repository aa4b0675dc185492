/** Pins what MediaMTX's own configuration says of the addresses of streams. */

import { afterEach, describe, expect, it } from 'vitest';
import { streamPortsOf } from '../../src/mediamtx/stream-ports.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { type MediaMtxStandIn, startMediaMtx } from '../support/cameras/mediamtx.ts';
import { eventually } from '../support/eventually.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const DEFAULTS = {
  rtsp: true,
  rtspTransports: ['udp', 'multicast', 'tcp'],
  rtspAddress: ':8554',
  rtpAddress: ':8000',
  rtcpAddress: ':8001',
  rtmp: true,
  rtmpAddress: ':1935',
  hls: true,
  hlsAddress: ':8888',
  webrtc: true,
  webrtcAddress: ':8889',
  srt: true,
  srtAddress: ':8890',
};
const ALL = { rtsp: 8554, rtp: 8000, rtcp: 8001, rtmp: 1935, hls: 8888, webrtc: 8889, srt: 8890 };

describe('the ports that MediaMTX serves', () => {
  it.each([
    ['its defaults', {}, ALL],
    ['an address of one interface', { hlsAddress: '127.0.0.1:18888' }, { ...ALL, hls: 18_888 }],
    ['without RTMP and SRT', { rtmp: false, srt: false }, { ...ALL, rtmp: null, srt: null }],
    ['RTSP over TCP alone', { rtspTransports: ['tcp'] }, { ...ALL, rtp: null, rtcp: null }],
    ['the same before 1.11', { rtspTransports: undefined, protocols: ['tcp'] }, { ...ALL, rtp: null, rtcp: null }],
    ['without RTSP', { rtsp: false }, { ...ALL, rtsp: null, rtp: null, rtcp: null }],
  ])('%s', (_, changes, expected) => {
    expect(streamPortsOf({ ...DEFAULTS, ...changes })).toEqual(expected);
  });

  it.each([undefined, null, [], {}, { rtspAddress: 7, hlsAddress: 'nowhere' }])('%j says nothing', (config) => {
    expect(streamPortsOf(config)).toEqual({});
  });
});

describe('a camera', () => {
  let server: MediaMtxStandIn;
  let service: Service;
  afterEach(async () => {
    await service.stop();
    await server.close();
  });

  async function urls(): Promise<Record<string, unknown>> {
    const login = { command: 'create', module: 'auth', payload: ADMIN } as const;
    const answer = await requestOverHttp(service.httpUrl, login);
    const token = answer.ok ? String(Object(answer.value).bearer) : '';
    const create = {
      command: 'create',
      module: 'cameras',
      payload: { name: 'Door', mtx_path: 'door' },
      token,
    } as const;
    await requestOverHttp(service.httpUrl, create);
    const list = { command: 'list', module: 'cameras', token } as const;
    const page = await requestOverHttp(service.httpUrl, list);
    return page.ok ? Object(page.value).items[0] : {};
  }

  it('has the ports of MediaMTX, null for what is off there, and what the settings say instead', async () => {
    server = await startMediaMtx({ minor: 20 });
    server.global = { ...DEFAULTS, rtmp: false, hlsAddress: ':18888' };
    service = await startService({
      env: {
        MEDIAMTX_URL: server.url,
        MEDIAMTX_RTSP_URL: 'rtsp://127.0.0.1:18554',
        STREAM_PORTS: 'srt=off, webrtc=443',
      },
    });
    await eventually(() => server.requests.includes('GET /v3/config/global/get'), 'the question');
    await eventually(() => server.requests.filter((asked) => asked.includes('/paths/list')).length > 1, 'a poll');
    expect(await urls()).toMatchObject({
      url_rtsp_tcp: 'rtsp://127.0.0.1:18554/door',
      url_rtmp: null,
      url_hls_m3u8: 'http://127.0.0.1:18888/door/index.m3u8',
      url_web_rtc: 'http://127.0.0.1:443/door',
      url_srt: null,
    });
  });
});
