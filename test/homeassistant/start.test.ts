/** Pins what the whole service does for Home Assistant: cameras that come, change and go, credentials, instances, and both restarts. */

import { beforeEach, describe, expect, it } from 'vitest';
import { USERS } from '../../src/core/accounts/records.ts';
import { createBus } from '../../src/core/bus.ts';
import { createCameras } from '../../src/core/cameras/cameras.ts';
import { CAMERAS, type CameraRecord } from '../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import { createHistory } from '../../src/core/outages/history.ts';
import type { Outcome } from '../../src/core/requests/registry.ts';
import { ANNOUNCED } from '../../src/homeassistant/announced.ts';
import { serviceOf } from '../../src/homeassistant/devices/device.ts';
import type { LiveView } from '../../src/homeassistant/devices/live-view.ts';
import {
  type HomeAssistant,
  leaveHomeAssistant,
  startHomeAssistant,
} from '../../src/homeassistant/start-home-assistant.ts';
import { STREAM_PORTS } from '../../src/protocol/stream-ports.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { recordingLink } from '../support/brokers/recording-link.ts';
import { fakeProvisioner } from '../support/instances/fake-provisioner.ts';
import { ANNA, PLAIN, run } from '../support/instances/world.ts';
import { manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

const AT = '2026-11-21T16:48:30.698Z';
const NO_ANSWER = { answer: null, answer_to: null, answer_at: null };
const BIRTH = { topic: 'ha/status', payload: 'online' };
const NO_NEED = { credentials: [], credentials_since: null, log_level: 'info', ...NO_ANSWER };
/** Of a camera that nobody has looked at. */
const NO_PAST = {
  problem: { reason: null, quiet_until: null, since: null, until: null },
  ...{ uptime_24h: null, uptime_7d: null, uptime_30d: null },
  ...{ last_outage: null, last_outage_until: null, last_outage_reason: null },
  ...NO_ANSWER,
};

function camera(id: string, name = `Camera ${id}`): CameraRecord {
  return {
    id,
    credentialId: null,
    uid: `bridge/${id}`,
    room: 'Unknown',
    name,
    info: null,
    mtxPath: `path-${id}`,
    isEnabled: true,
    isPersistent: false,
    expiresAt: null,
    sourceType: 'publisher',
    sealedSourceUrl: null,
    createdAt: AT,
    updatedAt: AT,
  };
}

describe('Home Assistant', () => {
  let world: ReturnType<typeof newWorld>;
  let homeAssistant: HomeAssistant;

  function newWorld() {
    const clock = manualClock();
    const log = recordingLog();
    const bus = createBus(log);
    const store = memoryStore([...COLLECTIONS, ANNOUNCED]);
    const cameras = createCameras(store, bus, clock, log);
    const history = createHistory({ store, bus, clock, log, cameras });
    const stopHistory = history.start();
    return { clock, log, bus, store, link: recordingLink(), cameras, history, stopHistory };
  }

  let credentials: Outcome;
  let isMediaMtxUp: boolean;
  let instances: ReturnType<typeof run>['instances'];
  const broker = fakeProvisioner();

  const settle = async () => {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  async function pass(ms: number): Promise<string[]> {
    world.clock.advance(ms);
    await settle();
    return world.link.news();
  }
  const put = (record: CameraRecord) => world.store.commit((tx) => tx.collection(CAMERAS).put(record));
  const start = (liveView?: LiveView, where = { prefix: 'ha', birth: BIRTH }) =>
    startHomeAssistant({
      ...world,
      random: () => 0,
      service: serviceOf({ base: 'n', eventTopics: 'both', version: '1.0.0', follows: false, liveView }),
      ...where,
      execute: async () => credentials,
      operation: { logLevel: { current: () => 'info', set: () => undefined } },
      isMediaMtxUp: () => isMediaMtxUp,
      failedLogins: { count: 3 },
      instances,
      isUsageCounted: true,
    });
  const shown = (topic: string) => JSON.parse(world.link.retained().get(topic) ?? 'null');
  const configs = (news: readonly string[]) =>
    news.filter((line) => line.startsWith('ha/')).map((line) => line.split(' ')[0]);

  beforeEach(async () => {
    world = newWorld();
    credentials = { ok: true, value: { items: [] } };
    isMediaMtxUp = true;
    await world.store.commit((tx) => tx.collection(USERS).put(ANNA.user));
    const changed = (instanceId: string) => world.bus.emit('instanceChanged', { instanceId });
    ({ instances } = run({ ...world, broker }, { changed }));
    await put(camera('1'));
    homeAssistant = start();
    await pass(0);
    await pass(2000);
  });

  it('learns of the service first, then of the cameras, each with its state', async () => {
    const topics = world.link.sent.map(({ topic }) => topic);
    expect(topics.slice(0, 4)).toEqual([
      'ha/device/n_bridge/config',
      'n/homeassistant/bridge',
      'ha/device/n_cam_1/config',
      'n/homeassistant/camera/1',
    ]);
    expect(shown('n/homeassistant/camera/1')).toEqual({ enabled: true, persistent: false, ...NO_PAST });
    expect(shown('n/homeassistant/bridge')).toEqual({
      version: '1.0.0',
      started: AT,
      mediamtx: true,
      failed_logins: 3,
      ...NO_NEED,
    });
  });

  it('learns where the live picture is, also when MediaMTX tells another port later', async () => {
    await homeAssistant.close();
    let rtsp = 8554;
    homeAssistant = start({ host: 'fd00::7', ports: () => ({ ...STREAM_PORTS, rtsp, hls: null }) });
    await pass(2000);
    const live = () => shown('n/homeassistant/camera/1').live;
    const webrtc = 'http://[fd00::7]:8889/path-1';
    expect(live()).toEqual({ rtsp: 'rtsp://[fd00::7]:8554/path-1', hls: null, webrtc });
    rtsp = 18_554;
    await pass(5 * 60_000);
    expect(live()).toEqual({ rtsp: 'rtsp://[fd00::7]:18554/path-1', hls: null, webrtc });
    await put({ ...camera('1'), mtxPath: null });
    await world.cameras.change((_tx, tell) => tell('updated', camera('1')));
    await pass(2000);
    expect(live()).toEqual({ rtsp: null, hls: null, webrtc: null });
  });

  it('learns of a new camera, of its new name once, of its switches at once, and of its end', async () => {
    await put(camera('2'));
    await world.cameras.change((_tx, tell) => tell('created', camera('2')));
    expect(configs(await pass(2000))).toEqual(['ha/device/n_cam_2/config']);
    await put(camera('2', 'Back door'));
    await world.cameras.change((_tx, tell) => tell('updated', camera('2', 'Back door')));
    await world.cameras.change((_tx, tell) => tell('updated', camera('2', 'Back door')));
    expect(configs(await pass(60_000))).toEqual(['ha/device/n_cam_2/config']);
    await put({ ...camera('2', 'Back door'), isEnabled: false });
    await world.cameras.change((_tx, tell) => tell('updated', camera('2', 'Back door')));
    const off = JSON.stringify({ enabled: false, persistent: false, ...NO_PAST });
    expect(await pass(0)).toEqual([`n/homeassistant/camera/2 ${off}`]);
    await pass(2000);
    await world.store.commit((tx) => tx.collection(CAMERAS).delete('2'));
    await world.cameras.change((_tx, tell) => tell('removed', camera('2')));
    expect(await pass(0)).toEqual(['ha/device/n_cam_2/config ', 'n/homeassistant/camera/2 ']);
  });

  it('hears nothing new while a hundred feeds come and go', async () => {
    for (let id = 2; id <= 100; id++) await put(camera(String(id)));
    for (let id = 2; id <= 100; id++) await world.cameras.change((_tx, tell) => tell('created', camera(String(id))));
    expect(configs(await pass(10_000))).toHaveLength(99);
    for (let round = 0; round < 4; round++) {
      for (let id = 1; id <= 100; id++) {
        await world.cameras.observe(String(id), { kind: round % 2 === 0 ? 'ready' : 'notReady', at: AT });
      }
    }
    expect(await pass(10_000)).toEqual([]);
  });

  it('sees how long a camera was up, as time goes by, and at once when it was down last', async () => {
    const topic = 'n/homeassistant/camera/1';
    const look = (finding: 'up' | 'refused') =>
      world.cameras.observe('1', { kind: 'look', finding, at: new Date(world.clock.now()).toISOString() });
    await look('up');
    await pass(9 * 60_000);
    expect(shown(topic)).toMatchObject({ uptime_24h: 100, uptime_30d: 100, last_outage: null });
    const fell = new Date(world.clock.now()).toISOString();
    await look('refused');
    expect(shown(topic)).toMatchObject({ last_outage: fell, last_outage_until: null, last_outage_reason: 'refused' });
    expect(shown(topic).problem).toEqual({ reason: 'refused', quiet_until: null, since: fell, until: null });
    await pass(6 * 60_000);
    await look('up');
    expect(shown(topic)).toMatchObject({ uptime_24h: 60, last_outage: fell });
    const until = new Date(world.clock.now()).toISOString();
    expect(shown(topic).last_outage_until).toBe(until);
    expect(shown(topic).problem).toEqual({ reason: null, quiet_until: null, since: fell, until });
    for (let minutes = 0; minutes < 60; minutes += 5) await pass(5 * 60_000);
    expect(shown(topic).uptime_24h).toBeGreaterThan(90);
  });

  it('is told everything again when it has started, and only then', async () => {
    world.link.say('ha/status', 'offline');
    expect(await pass(10_000)).toEqual([]);
    world.link.say('ha/status', 'online');
    world.link.say('ha/status', 'online');
    expect(configs(await pass(0))).toEqual(['ha/device/n_bridge/config', 'ha/device/n_cam_1/config']);
    expect(await pass(10_000)).toEqual([]);
  });

  it('is told everything again when the broker has come back', async () => {
    world.link.turn(false);
    await pass(10_000);
    world.link.turn(true);
    // At once, before anything is called available again.
    await settle();
    const states = ['n/homeassistant/bridge', 'n/homeassistant/camera/1'];
    expect(world.link.news().map((line) => line.split(' ')[0])).toEqual(states);
    expect(configs(await pass(0))).toEqual(['ha/device/n_bridge/config', 'ha/device/n_cam_1/config']);
  });

  it('sees which credentials somebody must authorise, as soon as an event tells', async () => {
    const items = [
      { id: 1, description: 'House', is_authenticated: false, updated_at: '2026-11-20 08:00:00' },
      { id: 2, description: 'Barn', is_authenticated: true, updated_at: '2026-11-21 08:00:00' },
    ];
    credentials = { ok: true, value: { items } };
    world.bus.emit('event', { domain: 'credentials', event: 'unauthenticated', entity: 1, details: {}, at: AT });
    await settle();
    const need = { credentials: ['House'], credentials_since: '2026-11-20T08:00:00.000Z' };
    expect(shown('n/homeassistant/bridge')).toMatchObject(need);
  });

  it('sees that credentials are gone, which no event tells, and that nobody can tell', async () => {
    credentials = { ok: true, value: { items: [{ id: 1, description: 'House', is_authenticated: false }] } };
    await pass(60_000);
    expect(shown('n/homeassistant/bridge').credentials).toEqual(['House']);
    credentials = { ok: true, value: null };
    await pass(60_000);
    expect(shown('n/homeassistant/bridge').credentials).toBe(null);
  });

  it('sees that MediaMTX is away when the cameras do', async () => {
    isMediaMtxUp = false;
    await world.cameras.cover('mediamtx-unreachable');
    expect(shown('n/homeassistant/bridge').mediamtx).toBe(false);
  });

  describe('and an MQTT instance', () => {
    const topic = (id: string) => `n/homeassistant/instance/${id}`;

    it('is shown from its owner’s wish to its end', async () => {
      const { id } = await instances.create(ANNA, { ...PLAIN, label: 'Doorbell' });
      expect(await pass(60_000)).toEqual([]);
      await instances.update(ANNA, id, { homeAssistant: true });
      await pass(2000);
      expect(shown(`ha/device/n_instance_${id}/config`).dev.name).toBe('Doorbell');
      expect(shown(topic(id))).toEqual({
        usable: true,
        clients: 1,
        messages_received: 0,
        messages_sent: 0,
        last_seen: null,
        ...NO_ANSWER,
      });
      await instances.update(ANNA, id, { enabled: false });
      await settle();
      expect(shown(topic(id)).usable).toBe(false);
      await pass(2000);
      await instances.remove(ANNA, id);
      await settle();
      expect(world.link.retained().has(`ha/device/n_instance_${id}/config`)).toBe(false);
      expect(world.link.retained().has(topic(id))).toBe(false);
    });

    it('is looked at only while one is shown', async () => {
      const waiting = world.clock.waiting;
      const { id } = await instances.create(ANNA, PLAIN);
      await instances.update(ANNA, id, { homeAssistant: true });
      await pass(5000);
      expect(world.clock.waiting).toBe(waiting + 1);
      await instances.update(ANNA, id, { homeAssistant: false });
      await pass(5000);
      expect(world.clock.waiting).toBe(waiting);
      expect(world.link.retained().has(topic(id))).toBe(false);
    });

    it('gets a new password by its button, and one that is not shown does not', async () => {
      const { id } = await instances.create(ANNA, PLAIN);
      const before = instances.read(ANNA, id).generation;
      world.link.say(`n/command/instance/${id}/rotate`, 'PRESS');
      await settle();
      expect(instances.read(ANNA, id).generation).toBe(before);
      await instances.update(ANNA, id, { homeAssistant: true });
      world.link.say(`n/command/instance/${id}/rotate`, 'PRESS');
      await settle();
      expect(instances.read(ANNA, id).generation).toBe(before + 1);
    });
  });

  it('that is switched off later is left without a trace', async () => {
    await homeAssistant.close();
    world.link.news();
    const { clock, store, log, link } = world;
    const leaving = leaveHomeAssistant({ link, store, clock, log, prefix: 'ha', random: () => 0, birth: BIRTH });
    await pass(0);
    await pass(4000);
    expect(world.link.retained()).toEqual(new Map());
    // Nobody may have been there to hear it.
    expect(world.store.collection(ANNOUNCED).size).toBe(2);
    world.link.say('ha/status', 'online', { retained: true });
    await pass(2000);
    await pass(10_000);
    expect(world.store.collection(ANNOUNCED).size).toBe(2);
    world.link.say('ha/status', 'online');
    expect(configs(await pass(0))).toEqual(['ha/device/n_bridge/config', 'ha/device/n_cam_1/config']);
    await pass(4000);
    expect(world.link.retained()).toEqual(new Map());
    expect(world.store.collection(ANNOUNCED).size).toBe(0);
    await leaving.close();
    await world.stopHistory();
    expect(clock.waiting).toBe(0);
  });

  it('that listens where the devices were once is heard there, and lets go of them', async () => {
    await homeAssistant.close();
    const there = { prefix: 'other/place', birth: { topic: 'other/place/status', payload: 'online' } };
    homeAssistant = start(undefined, there);
    for (let passed = 0; passed < 30_000; passed += 2000) await pass(2000);
    const former = () => [...world.store.collection(ANNOUNCED).values()].filter(({ id }) => id.startsWith('ha/'));
    expect(former()).toHaveLength(2);
    world.link.news();
    world.link.say('ha/status', 'online');
    expect(configs(await pass(0))).toEqual(['ha/device/n_bridge/config', 'ha/device/n_cam_1/config']);
    await pass(4000);
    expect(former()).toEqual([]);
  });

  it('leaves nothing running when it is closed', async () => {
    await homeAssistant.close();
    await world.stopHistory();
    expect(world.clock.waiting).toBe(0);
    world.link.say('ha/status', 'online');
    await world.cameras.change((_tx, tell) => tell('updated', camera('1', 'Other')));
    expect(await pass(60_000)).toEqual([]);
  });
});
