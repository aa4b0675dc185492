/**
 * With MediaMTX the entity *Problem* goes on for each kind of camera that is down, and off again when it is back; for a healthy camera that
 * nobody watches it never does. The blueprint that tells a phone hangs on it.
 */

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { login, request } from '../support/api/mqtt.ts';
import type { TestClient } from '../support/brokers/mqtt-client.ts';
import { type MediaMtxStandIn, startMediaMtx } from '../support/cameras/mediamtx.ts';
import { VERSIONS } from '../support/cameras/mediamtx-shapes.ts';
import { type RtspStandIn, startRtspStandIn } from '../support/cameras/rtsp-stand-in.ts';
import { selfSignedCertificate } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { type HomeAssistantStandIn, openHomeAssistant } from '../support/home-assistant/home-assistant.ts';
import { manualClock } from '../support/manual-clock.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const OK = 'RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 5\r\n\r\nv=0\r\n';
const SINCE = '2026-11-21T16:48:00Z';
const says = (status: number) => `RTSP/1.0 ${status} Whatever\r\nCSeq: 1\r\n\r\n`;

/** Those that nobody watches, and what a look at them finds. */
const IDLE: Readonly<Record<string, string | undefined>> = {
  unauthorised: says(401),
  'wrong-path': says(404),
  broken: says(503),
  silent: undefined,
};

const clock = manualClock();
const ids = new Map<string, number>();
/** Each state of each, as it was told. */
let states: TestClient;
const standIns: RtspStandIn[] = [];
let mediaMtx: MediaMtxStandIn;
let service: Service;
let client: TestClient;
let token: string;
let homeAssistant: HomeAssistantStandIn;

beforeAll(async () => {
  mediaMtx = await startMediaMtx(VERSIONS['1.20']);
  const env = { HA_DISCOVERY: 'true', MEDIAMTX_URL: mediaMtx.url };
  service = await startService({ clock, env });
  client = await service.client();
  token = await login(client, ADMIN.username, ADMIN.password);
  states = await service.client();
  await states.subscribe('nestmtx/state/camera/+');
  homeAssistant = await openHomeAssistant({ url: service.mqttUrl, ...ADMIN });
});

afterAll(async () => {
  await homeAssistant?.end();
  await states?.end();
  await client?.end();
  await service?.stop();
  await Promise.all([mediaMtx?.close(), ...standIns.map((camera) => camera.close())]);
});

async function add(name: string, more: object): Promise<void> {
  const payload = { name, mtx_path: name, is_enabled: true, ...more };
  const { id } = await request<{ id: number }>(client, { command: 'create', module: 'cameras', token, payload });
  ids.set(name, id);
}

async function pulled(port: number, name: string, scheme = 'rtsp'): Promise<void> {
  await add(name, { source: { type: 'rtsp', url: `${scheme}://127.0.0.1:${port}/stream` } });
}

async function standIn(...asked: Parameters<typeof startRtspStandIn>): Promise<RtspStandIn> {
  const camera = await startRtspStandIn(...asked);
  standIns.push(camera);
  return camera;
}

/** Time passes until then. */
async function shows(name: string, state: string): Promise<void> {
  await eventually(() => {
    clock.advance(500);
    return problem(name) === state;
  }, `the problem of ${name} is ${state}`);
}

const problem = (name: string) => homeAssistant.state(`nestmtx_cam_${ids.get(name)}/problem`);

describe('of a camera that nobody watches', () => {
  it('and that is healthy it stays off', async () => {
    const { port } = await standIn(() => OK);
    await pulled(port, 'healthy');
    await shows('healthy', 'OFF');
  });

  it.each(Object.keys(IDLE))('and is %s it goes on, and off again when it is back', async (reason) => {
    let answer = IDLE[reason];
    const { port } = await standIn(() => answer);
    await pulled(port, reason);
    await shows(reason, 'ON');
    answer = OK;
    await shows(reason, 'OFF');
  });

  it('and is refused, or has a certificate of its own, the same', async () => {
    const port = await freePort();
    await pulled(port, 'refused');
    await shows('refused', 'ON');
    await standIn(() => OK, undefined, port);
    await shows('refused', 'OFF');
    const { keyFile, pem: cert, remove } = await selfSignedCertificate();
    const camera = await standIn(() => OK, { key: await readFile(keyFile, 'utf8'), cert });
    await remove();
    await pulled(camera.port, 'unverified', 'rtsps');
    await shows('unverified', 'ON');
  });
});

describe('of a camera that is expected', () => {
  it('and whose feed is absent, it goes on, and off again when it is back', async () => {
    await add('no-feed', { expected: 'always' });
    await shows('no-feed', 'ON');
    mediaMtx.feed('no-feed', { since: SINCE, bytes: 1 });
    await shows('no-feed', 'OFF');
    mediaMtx.feed('no-feed', {});
    await shows('no-feed', 'ON');
  });

  it('and whose feed carries nothing, the same', async () => {
    mediaMtx.feed('stalled', { since: SINCE, bytes: 1 });
    await add('stalled', {});
    await shows('stalled', 'OFF');
    await shows('stalled', 'ON');
    mediaMtx.feed('stalled', { since: SINCE, bytes: 2 });
    await shows('stalled', 'OFF');
  });

  it('and whose settings MediaMTX does not take, the same', async () => {
    mediaMtx.refuses = (name) => name === 'rejected';
    const { port } = await standIn(() => OK);
    await add('rejected', { is_persistent: true, source: { type: 'rtsp', url: `rtsp://127.0.0.1:${port}/` } });
    await shows('rejected', 'ON');
    mediaMtx.refuses = () => false;
    const payload = { source: { type: 'rtsp', url: `rtsp://127.0.0.1:${port}/again` } };
    const entity = String(ids.get('rejected'));
    await request(client, { command: 'update', module: 'cameras', token, entity, payload });
    mediaMtx.feed('rejected', { since: SINCE, bytes: 1 });
    await shows('rejected', 'OFF');
  });
});

it('of a healthy camera that nobody watches it was never on', () => {
  const told = states.received.filter(({ topic }) => topic === `nestmtx/state/camera/${ids.get('healthy')}`);
  expect(told.length).toBeGreaterThan(0);
  for (const { text } of told) expect(JSON.parse(text).online).not.toBe(false);
});

it('when MediaMTX is gone it is unknown, of all of them: that is another problem', async () => {
  mediaMtx.lie = { status: 500, body: '' };
  await shows('healthy', 'unknown');
  for (const name of ['no-feed', 'unverified']) await shows(name, 'unknown');
});
