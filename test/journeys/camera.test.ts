/** A real RTSP camera that comes, dies, returns and freezes, as a separate MQTT client sees it. Nothing here waits for time to pass. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { login, refused, request, requestText } from '../support/api/mqtt.ts';
import type { TestClient } from '../support/brokers/mqtt-client.ts';
import { hasRtspCamera, type RtspCamera, startRtspCamera } from '../support/cameras/rtsp-camera.ts';
import { eventually } from '../support/eventually.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const INTERVAL_MS = 30_000;
const TIMEOUT_MS = 3000;
const RECHECK_MS = 5000;
const FRESH_MS = 2000;

describe.runIf(hasRtspCamera())('a real camera without MediaMTX', () => {
  let clock: ManualClock;
  let service: Service;
  let admin: TestClient;
  let watcher: TestClient;
  let token: string;
  let camera: RtspCamera;
  let neighbour: RtspCamera;
  let id: number;

  beforeAll(async () => {
    [camera, neighbour] = await Promise.all([startRtspCamera(), startRtspCamera()]);
    clock = manualClock();
    service = await startService({ clock, env: { EVENT_TOPICS: 'plain' } });
    admin = await service.client();
    token = await login(admin, ADMIN.username, ADMIN.password);
  });

  afterAll(async () => {
    await Promise.all([camera, neighbour].map((each) => each?.kill()));
    await admin?.end();
    await watcher?.end();
    await service?.stop();
  });

  const add = (name: string, url: string) =>
    request<{ id: number }>(admin, {
      command: 'create',
      module: 'cameras',
      token,
      payload: { name, mtx_path: name, is_enabled: true, source: { type: 'rtsp', url } },
    });
  const act = (action: string) => ({
    command: 'update',
    module: 'cameras',
    token,
    entity: String(id),
    payload: { action },
  });
  const event = async () => {
    const { topic, text, retain } = await watcher.next(`nestmtx/events/camera/${id}/+`);
    expect(retain).toBe(false);
    return { name: topic.split('/').at(-1), details: JSON.parse(text).details };
  };
  /** As somebody sees it who comes now. */
  const retainedState = async () => {
    const late = await service.client();
    await late.subscribe(`nestmtx/state/camera/${id}`);
    const { text, retain } = await late.next();
    await late.end();
    expect(retain).toBe(true);
    return JSON.parse(text);
  };
  /** How many probes have found this. */
  const found = (finding: string) => service.log().split(`"finding":"${finding}"`).length - 1;
  const neighbourUp = () => service.log().split('"cameraId":"2","finding":"up"').length - 1;

  /** Moves on to the next probes, and waits until the neighbour's is done. */
  async function nextRound(ms = INTERVAL_MS): Promise<void> {
    const before = neighbourUp();
    clock.advance(ms);
    await eventually(() => neighbourUp() === before + 1);
  }

  /** Lets the time of a look go by that nobody answers. */
  async function passSilence(count: number): Promise<void> {
    const connections = clock.waiting;
    expect(connections).toBeGreaterThan(0);
    clock.advance(TIMEOUT_MS);
    await eventually(() => found('silent') === count, 'a look without an answer');
  }

  it('is ready as soon as it has been added', async () => {
    watcher = await service.client();
    await watcher.subscribe('nestmtx/events/camera/#');
    ({ id } = await add('door', camera.url));
    await add('neighbour', neighbour.url);
    clock.advance(0);
    expect((await event()).name).toBe('created');
    const { name, details } = await event();
    expect(name).toBe('ready');
    expect(details).toMatchObject({ name: 'door', path: 'door', sourceType: 'rtspSource', seq: 2 });
    expect(await retainedState()).toMatchObject({ ready: true, reason: null, seq: 2 });
    await eventually(() => found('up') === 2);
  });

  it('is looked at every 30 seconds, and makes no event while nothing changes', async () => {
    clock.advance(INTERVAL_MS - 1);
    expect(found('up')).toBe(2);
    await nextRound(1);
    await eventually(() => found('up') === 4);
  });

  it('is told to be down when it is killed and a second look finds it so, and the state says so at once', async () => {
    await camera.kill();
    await nextRound();
    await eventually(() => found('refused') === 1);
    expect(await retainedState()).toMatchObject({ ready: true, online: true, seq: 2 });
    clock.advance(RECHECK_MS);
    expect(await event()).toMatchObject({ name: 'notReady', details: { reason: 'refused', seq: 3 } });
    expect(await event()).toMatchObject({ name: 'offline', details: { reason: 'refused', seq: 4 } });
    expect(await retainedState()).toMatchObject({ ready: false, online: false, reason: 'refused', seq: 4 });
  });

  it('is ready again when it is back', async () => {
    camera = await startRtspCamera(camera.port);
    await nextRound(INTERVAL_MS - RECHECK_MS);
    clock.advance(RECHECK_MS);
    expect(await event()).toMatchObject({ name: 'ready', details: { seq: 5 } });
    expect(await event()).toMatchObject({ name: 'online', details: { reason: 'refused', seq: 6 } });
    expect(await retainedState()).toMatchObject({ ready: true, online: true, reason: null, seq: 6 });
  });

  it('is told apart as silent when it freezes, while its neighbour stays up, and is ready when it thaws', async () => {
    camera.freeze();
    // Whoever lives has answered by the end of the round; only then time passes for the one that does not.
    await nextRound(INTERVAL_MS - RECHECK_MS);
    clock.advance(RECHECK_MS);
    await passSilence(1);
    clock.advance(RECHECK_MS);
    await passSilence(2);
    expect(await event()).toMatchObject({ name: 'notReady', details: { reason: 'silent', seq: 7 } });
    expect((await event()).name).toBe('offline');
    camera.thaw();
    clock.advance(INTERVAL_MS - TIMEOUT_MS);
    expect(await event()).toMatchObject({ name: 'ready', details: { seq: 9 } });
    expect((await event()).name).toBe('online');
  });

  it('is looked at by hand at once, but cannot be restarted; an unknown action is refused', async () => {
    const looks = found('up');
    clock.advance(FRESH_MS);
    await requestText(admin, act('probe'));
    expect(found('up')).toBeGreaterThan(looks);
    expect((await refused(admin, act('restart'))).message).toBe('Nothing here carries streams: restart needs MediaMTX');
    const { code, message } = await refused(admin, act('dance'));
    expect({ code, message }).toEqual({ code: 'unknown_action', message: 'Unknown action: dance' });
  });

  it('is let alone when it is disabled', async () => {
    const update = { command: 'update', module: 'cameras', token, entity: String(id), payload: { is_enabled: false } };
    await requestText(admin, update);
    expect((await event()).name).toBe('updated');
    expect((await event()).name).toBe('notReady');
    const looks = () => found('up') - neighbourUp();
    const [before, others] = [looks(), neighbourUp()];
    await eventually(() => {
      clock.advance(1000);
      return neighbourUp() > others;
    }, 'a look at the neighbour');
    expect(looks()).toBe(before);
  });
});
