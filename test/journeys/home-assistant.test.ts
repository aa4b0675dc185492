/** Home Assistant beside the whole service: devices come, follow and go, switches and buttons work, and either side may restart. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { login, request, requestText } from '../support/api/mqtt.ts';
import type { TestClient } from '../support/brokers/mqtt-client.ts';
import { type MediaMtxStandIn, startMediaMtx } from '../support/cameras/mediamtx.ts';
import { VERSIONS } from '../support/cameras/mediamtx-shapes.ts';
import { startRtspStandIn } from '../support/cameras/rtsp-stand-in.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { type HomeAssistantStandIn, openHomeAssistant } from '../support/home-assistant/home-assistant.ts';
import { manualClock } from '../support/manual-clock.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

describe('Home Assistant at the embedded broker', () => {
  const clock = manualClock();
  let mediaMtx: MediaMtxStandIn;
  let service: Service;
  let client: TestClient;
  let token: string;
  let homeAssistant: HomeAssistantStandIn;

  beforeAll(async () => {
    mediaMtx = await startMediaMtx(VERSIONS['1.20']);
    mediaMtx.configure('garage', { runOnDemand: 'a command' });
    const env = {
      HA_DISCOVERY: 'true',
      MEDIAMTX_URL: mediaMtx.url,
      STATE_DOWN_DELAY_MS: '0',
      PUBLIC_HOST: 'cam.house',
    };
    service = await startService({ clock, env });
    client = await service.client();
    token = await login(client, ADMIN.username, ADMIN.password);
    const payload = { name: 'Garage', room: 'Yard', mtx_path: 'garage', is_enabled: true };
    await request(client, { command: 'create', module: 'cameras', token, payload });
    homeAssistant = await openHomeAssistant({ url: service.mqttUrl, ...ADMIN });
    await until(() => Object.keys(homeAssistant.devices()).length === 2, 'two devices');
  });

  afterAll(async () => {
    await homeAssistant?.end();
    await client?.end();
    await service?.stop();
    await mediaMtx?.close();
  });

  /** Time passes until then. */
  const until = (look: () => boolean, what: string) =>
    eventually(() => {
      clock.advance(250);
      return look();
    }, what);
  const shows = (entity: string, state: string) =>
    until(() => homeAssistant.state(entity) === state, `${entity} shows ${state}`);
  const read = () =>
    request<{ is_enabled: boolean }>(client, { command: 'read', module: 'cameras', token, entity: '1' });

  it('finds the service and its cameras', async () => {
    expect(homeAssistant.devices()).toEqual({ nestmtx_bridge: 'NestMTX Bridge', nestmtx_cam_1: 'Garage' });
    await shows('nestmtx_cam_1/feed', 'OFF');
    await shows('nestmtx_cam_1/problem', 'OFF');
    await shows('nestmtx_bridge/mediamtx', 'ON');
    await shows('nestmtx_bridge/credentials', 'OFF');
  });

  it('finds the live picture of a camera', async () => {
    await client.subscribe('nestmtx/homeassistant/camera/1');
    const { payload } = await client.next('nestmtx/homeassistant/camera/1');
    expect(JSON.parse(String(payload)).live).toEqual({
      ...{ rtsp: 'rtsp://cam.house:8554/garage', hls: 'http://cam.house:8888/garage/index.m3u8' },
      webrtc: 'http://cam.house:8889/garage',
    });
  });

  it('follows a feed, and hears each event once', async () => {
    const reader = { type: 'rtspSession', id: 'r1' };
    mediaMtx.feed('garage', { since: '2026-11-21T16:48:00Z', bytes: 10, readers: [reader] });
    await shows('nestmtx_cam_1/feed', 'ON');
    await shows('nestmtx_cam_1/viewers', '1');
    // MediaMTX holds on to it for a while when nobody is left.
    mediaMtx.feed('garage', { since: '2026-11-21T16:48:00Z', bytes: 20 });
    await shows('nestmtx_cam_1/viewers', '0');
    mediaMtx.feed('garage', {});
    await shows('nestmtx_cam_1/feed', 'OFF');
    const triggers = ['on_demand', 'on_ready', 'on_read', 'on_unread', 'on_not_ready', 'on_un_demand'];
    const fired = () => triggers.map((trigger) => homeAssistant.fired(`nestmtx_cam_1/${trigger}`));
    await until(() => fired().every((times) => times === 1), 'each trigger');
    const heard = homeAssistant.events('nestmtx_cam_1/event');
    expect(heard.filter((event) => event !== 'updated')).toHaveLength(triggers.length);
  });

  it('switches a camera off and on', async () => {
    await shows('nestmtx_cam_1/enabled', 'ON');
    await homeAssistant.use('nestmtx_cam_1/enabled', 'OFF');
    await shows('nestmtx_cam_1/enabled', 'OFF');
    expect((await read()).is_enabled).toBe(false);
    await homeAssistant.use('nestmtx_cam_1/enabled', 'ON');
    await shows('nestmtx_cam_1/enabled', 'ON');
  });

  it('restarts a stream', async () => {
    mediaMtx.feed('garage', { since: '2026-11-21T16:48:00Z', bytes: 10 });
    await shows('nestmtx_cam_1/feed', 'ON');
    await homeAssistant.use('nestmtx_cam_1/restart', 'PRESS');
    await until(() => mediaMtx.kicked.includes('rtspsessions source-1'), 'the source is sent away');
  });

  it('does nothing on a command that the broker remembers', async () => {
    await client.publish('nestmtx/command/camera/1/enabled', 'OFF', { retain: true, qos: 1 });
    await until(() => service.log().includes('it is retained'), 'a line in the log');
    expect((await read()).is_enabled).toBe(true);
    await client.publish('nestmtx/command/camera/1/enabled', '', { retain: true, qos: 1 });
  });

  it('is told everything again when it has started', async () => {
    const before = homeAssistant.announcements('nestmtx_cam_1');
    await homeAssistant.start();
    await until(() => homeAssistant.announcements('nestmtx_cam_1') === before + 1, 'the camera again');
  });

  it('is told where a button was pressed that it could not be done, which is no error in the log', async () => {
    mediaMtx.feed('garage', {});
    await shows('nestmtx_cam_1/feed', 'OFF');
    await shows('nestmtx_cam_1/answer', 'done');
    await homeAssistant.use('nestmtx_cam_1/restart', 'PRESS');
    await shows('nestmtx_cam_1/answer', 'Nothing is streaming on the path of this camera');
    expect(service.log()).not.toContain('"level":"error"');
  });

  it('has no switch and no button of a camera for which there is nothing to be done', async () => {
    const payload = { name: 'Attic' };
    await request(client, { command: 'create', module: 'cameras', token, payload });
    await shows('nestmtx_cam_2/persistent', 'OFF');
    for (const key of ['enabled', 'restart', 'probe']) {
      expect(homeAssistant.state(`nestmtx_cam_2/${key}`)).toBe('absent');
    }
  });

  it('chooses how much the service logs', async () => {
    for (const level of ['warn', 'debug']) {
      await homeAssistant.use('nestmtx_bridge/log_level', level);
      await shows('nestmtx_bridge/log_level', level);
    }
    expect(homeAssistant.state('nestmtx_bridge/restart')).toBe('absent');
  });

  it('forgets a camera that is deleted', async () => {
    await requestText(client, { command: 'delete', module: 'cameras', token, entity: '2' });
    await until(() => !('nestmtx_cam_2' in homeAssistant.devices()), 'the device is gone');
    const late = await service.client();
    await late.subscribe(['homeassistant/#', 'nestmtx/homeassistant/#', 'nestmtx/state/#']);
    await late.next('nestmtx/homeassistant/bridge');
    await late.next('homeassistant/device/nestmtx_bridge/config');
    expect(late.received.filter(({ topic }) => /(cam_|camera\/)2/.test(topic))).toEqual([]);
    await late.end();
  });

  it('keeps users away from its buttons', async () => {
    const payload = { username: 'carol', password: 'another password', can_login: true, role: 'user' };
    await request(client, { command: 'create', module: 'users', token, payload });
    const carol = await service.client({ username: 'carol', password: 'another password', version: 4 });
    await carol.publish('nestmtx/command/camera/1/restart', 'PRESS', { qos: 1 });
    await carol.end();
    expect(mediaMtx.kicked).toHaveLength(1);
  });

  it('shows an instance to whoever’s owner wants that', async () => {
    const call = async (method: string, path: string, body?: object) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const answer = await fetch(`${service.httpUrl}/v1/mqtt${path}`, {
        method,
        headers,
        ...(body && { body: JSON.stringify(body) }),
      });
      return answer.json();
    };
    const { _id: id, user, password } = await call('POST', '');
    const shown = await call('PUT', `/${id}?fields=_id,home_assistant`, { home_assistant: true });
    expect(shown).toEqual({ _id: id, home_assistant: true });
    await shows(`nestmtx_instance_${id}/connected`, 'OFF');
    const device = await service.client({ username: user, password });
    await device.publish(`${user}/a`, 'b', { qos: 1 });
    await shows(`nestmtx_instance_${id}/connected`, 'ON');
    await shows(`nestmtx_instance_${id}/received`, '1');
    await homeAssistant.use(`nestmtx_instance_${id}/rotate`, 'PRESS');
    await eventually(() => service.log().includes('"audit":"instances.rotate"'), 'a new password');
    expect((await call('GET', `/${id}`)).password).not.toBe(password);
    await device.end();
    await call('PUT', `/${id}`, { enabled: false });
    await shows(`nestmtx_instance_${id}/connected`, 'unavailable');
    await call('DELETE', `/${id}`);
    await until(() => !(`nestmtx_instance_${id}` in homeAssistant.devices()), 'the device is gone');
  });

  it('shows a problem for a dead idle camera and for a lost feed that is expected, and none for a healthy idle one', async () => {
    const camera = await startRtspStandIn(() => 'RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 5\r\n\r\nv=0\r\n');
    const source = (port: number) => ({ source: { type: 'rtsp', url: `rtsp://127.0.0.1:${port}/` } });
    const add = async (payload: object) => {
      const body = { command: 'create', module: 'cameras', token, payload: { is_enabled: true, ...payload } };
      return `nestmtx_cam_${(await request<{ id: number }>(client, body)).id}`;
    };
    const healthy = await add({ name: 'Healthy', mtx_path: 'healthy', ...source(camera.port) });
    const dead = await add({ name: 'Dead', mtx_path: 'dead', ...source(await freePort()) });
    const yard = await add({ name: 'Yard', mtx_path: 'yard', expected: 'always' });
    await shows(`${healthy}/online`, 'ON');
    await shows(`${dead}/problem`, 'ON');
    await shows(`${dead}/online`, 'OFF');
    await shows(`${yard}/problem`, 'ON');
    expect(homeAssistant.state(`${healthy}/problem`)).toBe('OFF');
    mediaMtx.feed('yard', { since: '2026-11-21T16:48:00Z', bytes: 10 });
    await shows(`${yard}/problem`, 'OFF');
    expect(homeAssistant.fired(`${yard}/on_online`)).toBe(1);
    await camera.close();
  });

  it('shows one trouble and no problem of a camera while MediaMTX is gone', async () => {
    const before = homeAssistant.fired('nestmtx_cam_1/on_offline');
    mediaMtx.lie = { status: 500, body: '{}' };
    await until(() => homeAssistant.fired('nestmtx_bridge/on_source_offline') === 1, 'the end of MediaMTX');
    await shows('nestmtx_bridge/mediamtx', 'OFF');
    await shows('nestmtx_cam_1/problem', 'unknown');
    expect(homeAssistant.fired('nestmtx_cam_1/on_offline')).toBe(before);
    mediaMtx.lie = undefined;
    await until(() => homeAssistant.fired('nestmtx_bridge/on_source_online') === 1, 'its return');
    await shows('nestmtx_bridge/mediamtx', 'ON');
    await until(() => homeAssistant.state('nestmtx_cam_1/problem') !== 'unknown', 'what is known of the camera');
  });

  it('sees the service leave', async () => {
    await service.app.close();
    expect(homeAssistant.state('nestmtx_cam_1/feed')).toBe('unavailable');
  });
});
