/** Home Assistant at Debian's mosquitto: the broker forgets, the service is killed, discovery is moved and switched off, a server is followed. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Following, startFollowing } from '../follow/following.ts';
import { login, request } from '../support/api/mqtt.ts';
import { type Mosquitto, mosquittoIsMissing, startMosquitto } from '../support/brokers/mosquitto.ts';
import { connectClient } from '../support/brokers/mqtt-client.ts';
import { eventually } from '../support/eventually.ts';
import { type HomeAssistantStandIn, openHomeAssistant } from '../support/home-assistant/home-assistant.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { type ServiceProcess, startProcess } from '../support/process.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

describe.skipIf(mosquittoIsMissing)('Home Assistant at mosquitto', () => {
  let mosquitto: Mosquitto;
  let homeAssistant: HomeAssistantStandIn;
  let clock: ManualClock;
  let dataDir: string;
  let service: Service | undefined;

  const broker = () => ({
    url: `mqtt://127.0.0.1:${mosquitto.port}`,
    username: mosquitto.username,
    password: mosquitto.password,
  });
  const environment = () => ({
    MQTT_HOST: '127.0.0.1',
    MQTT_PORT: String(mosquitto.port),
    MQTT_USER: mosquitto.username,
    MQTT_PASS: mosquitto.password,
    HA_DISCOVERY: 'true',
    STATE_DOWN_DELAY_MS: '0',
  });
  const start = async (env: Record<string, string> = {}) => {
    service = await startService({ clock, dataDir, env: { ...environment(), ...env } });
    return service;
  };
  const until = (look: () => boolean, what: string, moving: { advance(ms: number): void } = clock) =>
    eventually(
      () => {
        moving.advance(250);
        return look();
      },
      what,
      10_000,
    );
  const shows = (entity: string, state: string) =>
    until(() => homeAssistant.state(entity) === state, `${entity} shows ${state}`);

  /** What somebody who subscribes now is given. */
  async function retained(...filters: string[]): Promise<string[]> {
    const late = await connectClient(broker());
    await late.subscribe(filters);
    const mark = `mark/${Math.random()}`;
    await late.subscribe(mark);
    await late.publish(mark, 'x');
    await late.next(mark);
    await late.end();
    return late.received.map(({ topic }) => topic).filter((topic) => topic !== mark);
  }

  beforeAll(async () => {
    mosquitto = await startMosquitto();
    dataDir = await mkdtemp(join(tmpdir(), 'nestmtx-bridge-'));
    clock = manualClock();
    homeAssistant = await openHomeAssistant(broker());
    const { client: connect } = await start();
    const client = await connect({ username: mosquitto.username, password: mosquitto.password });
    const token = await login(client, ADMIN.username, ADMIN.password);
    const payload = { name: 'Door', mtx_path: 'door', is_enabled: true };
    await request(client, { command: 'create', module: 'cameras', token, payload });
    await client.end();
    await shows('nestmtx_cam_1/enabled', 'ON');
    await service?.app.close();
  });

  afterEach(async () => {
    await service?.app.close();
    service = undefined;
  });

  afterAll(async () => {
    await homeAssistant?.end();
    await mosquitto?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('sees everything again when the broker has lost its memory', async () => {
    await start();
    await shows('nestmtx_cam_1/feed', 'OFF');
    await homeAssistant.end();
    await mosquitto.restart();
    homeAssistant = await openHomeAssistant(broker());
    await shows('nestmtx_cam_1/feed', 'OFF');
    await shows('nestmtx_cam_1/enabled', 'ON');
    await shows('nestmtx_bridge/credentials', 'OFF');
  });

  it('works its switches there too', async () => {
    await start();
    await shows('nestmtx_cam_1/enabled', 'ON');
    await homeAssistant.use('nestmtx_cam_1/enabled', 'OFF');
    await shows('nestmtx_cam_1/enabled', 'OFF');
  });

  it('finds the devices under another prefix, and none under the old one', async () => {
    await start({ HA_DISCOVERY_PREFIX: 'smart/home' });
    const moved = await openHomeAssistant(broker(), 'smart/home');
    await until(() => 'nestmtx_cam_1' in moved.devices(), 'the camera');
    expect(moved.devices()).toEqual({ nestmtx_bridge: 'NestMTX Bridge', nestmtx_cam_1: 'Door' });
    expect(homeAssistant.devices()).toEqual({});
    await until(() => moved.state('nestmtx_cam_1/enabled') === 'OFF', 'its switch');
    const before = moved.announcements('nestmtx_cam_1');
    clock.advance(10_000);
    await moved.start();
    await until(() => moved.announcements('nestmtx_cam_1') > before, 'an answer to the birth');
    await moved.end();
  });

  it('finds other devices under another base topic, and none of the old ones', async () => {
    await start({ MQTT_BASE_TOPIC: 'house/garden' });
    await until(() => Object.keys(homeAssistant.devices()).length === 2, 'two devices');
    expect(Object.values(homeAssistant.devices())).toEqual(['NestMTX Bridge (house/garden)', 'Door']);
    expect(await retained('smart/#', 'nestmtx/homeassistant/#')).toEqual([]);
  });

  it('is left without a trace when discovery is switched off', async () => {
    await start({ MQTT_BASE_TOPIC: 'house/garden', HA_DISCOVERY: 'false' });
    await until(() => Object.keys(homeAssistant.devices()).length === 0, 'no devices');
    expect(await retained('homeassistant/#', 'house/garden/homeassistant/#')).toEqual([]);
  });

  it('sees that a service was killed, and that it is there again', async () => {
    let running: ServiceProcess | undefined;
    try {
      running = await startProcess(dataDir, environment());
      await eventually(() => homeAssistant.state('nestmtx_cam_1/feed') === 'OFF', 'the feed');
      running.kill('SIGKILL');
      await running.exit;
      await eventually(() => homeAssistant.state('nestmtx_cam_1/feed') === 'unavailable', 'unavailable');
      running = await startProcess(dataDir, environment());
      await eventually(() => homeAssistant.state('nestmtx_cam_1/feed') === 'OFF', 'the feed again');
    } finally {
      running?.kill('SIGKILL');
      await running?.exit;
    }
  });

  describe('with a NestMTX that is followed', () => {
    let following: Following;
    const follows = (entity: string, state: string) =>
      until(() => homeAssistant.state(entity) === state, `${entity} shows ${state}`, following.clock);

    beforeAll(async () => {
      following = await startFollowing(
        (upstream) => {
          upstream.setCamera({ id: 7, name: 'Porch', room: 'House', mtx_path: 'porch', is_enabled: true });
        },
        mosquitto,
        { HA_DISCOVERY: 'true' },
      );
    });

    afterAll(() => following?.stop());

    it('sees its cameras and hears its events, in its spelling', async () => {
      await follows('nestmtx_cam_7/feed', 'OFF');
      await follows('nestmtx_cam_7/enabled', 'ON');
      await following.upstream.emit('camera', 'demand', 7);
      await following.upstream.emit('camera', 'ready', 7);
      await follows('nestmtx_cam_7/feed', 'ON');
      await following.upstream.emit('camera', 'undemand', 7);
      await until(() => homeAssistant.fired('nestmtx_cam_7/on_un_demand') === 1, 'the trigger', following.clock);
      expect(homeAssistant.events('nestmtx_cam_7/event')).toEqual(['demand', 'ready', 'unDemand']);
    });

    it('offers no buttons that it does not have', () => {
      expect(homeAssistant.state('nestmtx_cam_7/restart')).toBe('absent');
    });

    it('switches a camera there, and shows at once what came of it', async () => {
      await homeAssistant.use('nestmtx_cam_7/enabled', 'OFF');
      await eventually(() => homeAssistant.state('nestmtx_cam_7/enabled') === 'OFF', 'off');
      await homeAssistant.use('nestmtx_cam_7/enabled', 'ON');
      await eventually(() => homeAssistant.state('nestmtx_cam_7/enabled') === 'ON', 'on');
      await homeAssistant.use('nestmtx_cam_7/persistent', 'ON');
      await eventually(() => homeAssistant.state('nestmtx_cam_7/persistent') === 'ON', 'persistent');
      expect(homeAssistant.state('nestmtx_cam_7/enabled')).toBe('ON');
    });

    it('learns a new name once', async () => {
      const before = homeAssistant.announcements('nestmtx_cam_7');
      following.upstream.setCamera({
        id: 7,
        name: 'Terrace',
        room: 'House',
        mtx_path: 'porch',
        is_enabled: true,
        stream_ready: true,
      });
      await until(() => homeAssistant.devices()['nestmtx_cam_7'] === 'Terrace', 'the name', following.clock);
      const asked = () =>
        following.upstream.requests.filter((one) => Reflect.get(Object(one), 'module') === 'cameras').length;
      const then = asked();
      await until(() => asked() > then, 'another reading', following.clock);
      expect(homeAssistant.announcements('nestmtx_cam_7')).toBe(before + 1);
    });

    it('shows nothing as available while NestMTX is silent', async () => {
      await follows('nestmtx_cam_7/feed', 'ON');
      following.upstream.silence(true);
      await follows('nestmtx_cam_7/feed', 'unavailable');
    });
  });
});
