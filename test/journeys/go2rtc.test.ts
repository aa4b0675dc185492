/** The whole service beside go2rtc: its streams are found, adopted by one call each, told of, and never written to. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { login, refused, request } from '../support/api/mqtt.ts';
import type { TestClient } from '../support/brokers/mqtt-client.ts';
import { type Go2RtcStandIn, startGo2Rtc } from '../support/cameras/go2rtc.ts';
import { comesTrue } from '../support/patience.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

let server: Go2RtcStandIn;
let service: Service;
let client: TestClient;
let token: string;

beforeAll(async () => {
  server = await startGo2Rtc('1.9.14');
  server.configure('front/door ü', ['onvif://admin:secret@10.0.0.9']);
  server.configure('yard', ['']);
  service = await startService({ env: { GO2RTC_URL: server.url, EVENT_TOPICS: 'plain' } });
  client = await service.client();
  token = await login(client, ADMIN.username, ADMIN.password);
});
afterAll(async () => {
  await client?.end();
  await service?.stop();
  await server?.close();
});

const ask = (command: string, more: object = {}) => ({ module: 'cameras', command, token, ...more });
const door = { name: 'Door', is_enabled: true, source: { type: 'go2rtc', stream: 'front/door ü' } };

it('a stream is listed until it is a camera, which takes one call', async () => {
  const list = () => request<{ items: object[] }>(client, ask('list', { payload: { adoptable: true } }));
  await comesTrue(async () => {
    const unused = { mtx_path: null, stream_ready: false, source: '' };
    expect((await list()).items).toEqual([
      { ...unused, stream: 'yard' },
      { ...unused, stream: 'front/door ü' },
    ]);
  });
  const camera = await request<object>(client, ask('create', { payload: door }));
  expect(camera).toMatchObject({
    ...{ id: 1, mtx_path: null, is_enabled: true, url_rtsp_tcp: null },
    source: { type: 'go2rtc', url: null, stream: 'front/door ü' },
  });
  expect((await list()).items).toHaveLength(1);
});

it('what goes on there is told', async () => {
  await client.subscribe('nestmtx/events/camera/1/+');
  const leave = server.watch('front/door ü', { format: 'webrtc' });
  for (const event of ['demand', 'ready', 'read']) {
    const { topic, payload } = await client.next('nestmtx/events/camera/1/+');
    expect(topic).toBe(`nestmtx/events/camera/1/${event}`);
    if (event === 'read')
      expect(JSON.parse(String(payload)).details).toMatchObject({ readerType: 'webrtc', path: null });
  }
  expect(await request(client, ask('read', { entity: '1' }))).toMatchObject({
    ...{ status: 'running', stream_ready: true, online: true, stream_consumer_count: 1, stream_track_count: 1 },
  });
  leave?.();
});

it.each([
  ['a second camera of the same stream', 'create', door, 'already_exists'],
  ['a source without a stream', 'create', { name: 'Yard', source: { type: 'go2rtc' } }, 'invalid_payload'],
  ['a path in MediaMTX', 'update', { mtx_path: 'door' }, 'invalid_payload'],
  ['being kept up by us', 'update', { is_persistent: true }, 'invalid_payload'],
  ['a restart', 'update', { action: 'restart' }, 'unavailable'],
])('%s is refused', async (_what, command, payload, code) => {
  const body = ask(command, { payload, ...(command === 'update' && { entity: '1' }) });
  expect(await refused(client, body)).toMatchObject({ code });
});

it('is part of the health, and was only asked', async () => {
  const health = await request<{ details: object }>(client, { module: 'health', command: 'list', token });
  expect(health.details).toMatchObject({ go2rtc: { healthy: true } });
  expect(server.requests.filter((one) => !one.startsWith('GET /api/streams'))).toEqual([]);
});
