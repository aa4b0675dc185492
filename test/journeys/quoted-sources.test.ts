/** Pins that what MediaMTX quotes of a source it does not take is told to nobody: its words go into answers, into the log and to Home Assistant. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiRequest } from '../contracts/api/api.contract.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { login, refused, request } from '../support/api/mqtt.ts';
import type { TestClient } from '../support/brokers/mqtt-client.ts';
import { type MediaMtxStandIn, startMediaMtx } from '../support/cameras/mediamtx.ts';
import { VERSIONS } from '../support/cameras/mediamtx-shapes.ts';
import { comesTrue } from '../support/patience.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

/** Addresses that we take, and MediaMTX does not. */
const SOURCES = [
  'rtsp://admin:50%SECRET@192.0.2.1/s',
  'rtsp://admin:a^SECRET@192.0.2.1/s',
  'rtsp://admin:a SECRET@192.0.2.1/s',
  'rtsp://admin:SECRET@192.0.2.1/%zz',
  'rtsp://admin:p@SECRET@192.0.2.1/s',
  'rtsp://192.0.2.1/s?token=SECRET',
  'rtsp://192.0.2.1/SECRET/%zz',
];

let mediaMtx: MediaMtxStandIn;
let service: Service;
let client: TestClient;
let token: string;

beforeAll(async () => {
  mediaMtx = await startMediaMtx(VERSIONS['1.20']);
  mediaMtx.refuses = () => true;
  service = await startService({ env: { MEDIAMTX_URL: mediaMtx.url, HA_DISCOVERY: 'true', LOG_LEVEL: 'trace' } });
  client = await service.client();
  token = await login(client, ADMIN.username, ADMIN.password);
});

afterAll(async () => {
  await client?.end();
  await service?.stop();
  await mediaMtx?.close();
});

it.each(SOURCES)('is told to nobody when MediaMTX quotes it: %s', async (url) => {
  const mtx_path = `path-${SOURCES.indexOf(url)}`;
  const payload = { name: mtx_path, mtx_path, is_enabled: true, source: { type: 'rtsp', url } };
  const create = { command: 'create', module: 'cameras', token, payload };
  const { id } = await request<{ id: number }>(client, create);
  const restart: ApiRequest = {
    ...{ command: 'update', module: 'cameras', token, entity: String(id) },
    payload: { action: 'restart' },
  };
  const error = await refused(client, { ...restart });
  expect(error).toMatchObject({ code: 'upstream_failed', message: expect.stringContaining('invalid source') });
  const overHttp = await requestOverHttp(service.httpUrl, restart);
  await client.subscribe(`nestmtx/homeassistant/camera/${id}`);
  await client.publish(`nestmtx/command/camera/${id}/restart`, 'PRESS');
  let shown = '';
  await comesTrue(async () => {
    shown = (await client.next(`nestmtx/homeassistant/camera/${id}`)).text;
    expect(JSON.parse(shown)).toMatchObject({ answer: expect.stringContaining('invalid source') });
  });
  for (const told of [JSON.stringify([error, overHttp]), shown, service.log()]) expect(told).not.toContain('SECRET');
});
