/** Drives a whole service in follow mode beside a NestMTX on a real broker: start, event, change, restart, silence and return. */

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Following, startFollowing, UPSTREAM_USER } from '../follow/following.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { type Mosquitto, mosquittoIsMissing, startMosquitto } from '../support/brokers/mosquitto.ts';
import { eventually } from '../support/eventually.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { type Service, startService } from '../support/service.ts';

describe.skipIf(mosquittoIsMissing)('follow mode', () => {
  let mosquitto: Mosquitto;
  let following: Following;
  const stateOf = (id: number) => following.states().get(id);
  const untilState = (id: number, wanted: object) =>
    eventually(
      () => {
        // Down is shown by a timer, here one of no length.
        following.clock.advance(0);
        const state = stateOf(id);
        return state && Object.entries(wanted).every(([key, value]) => state[key] === value) && state;
      },
      `camera ${id} ${JSON.stringify(wanted)}`,
    );
  const untilAvailability = (wanted: string) => eventually(() => following.availability() === wanted, wanted);

  beforeAll(async () => {
    mosquitto = await startMosquitto();
    following = await startFollowing((upstream) => {
      upstream.setCamera({ id: 1, name: 'Door', mtx_path: 'door', is_enabled: true, stream_ready: true });
      for (let id = 2; id <= 230; id += 1) upstream.setCamera({ id });
    }, mosquitto);
  });

  afterAll(async () => {
    await following?.stop();
    await mosquitto?.stop();
  });

  it('start: every camera of every page is mirrored into retained state, and NestMTX is announced as online', async () => {
    await eventually(() => following.states().size === 230, 'all states');
    expect(await untilState(1, { ready: true })).toMatchObject({ path: 'door', reason: null, readers: 0 });
    expect(stateOf(230)).toMatchObject({ ready: false, path: null });
    await untilAvailability('online');
  });

  it("event: a state follows NestMTX's events in its own spelling, and the events are not published again", async () => {
    const { upstream } = following;
    const before = following.events().length;
    await upstream.emit('camera', 'demand', 1);
    await upstream.emit('camera', 'read', 1, { readerType: 'rtspSession', readerId: 'anna' });
    await untilState(1, { demanded: true, readers: 1 });
    await upstream.emit('camera', 'undemand', 1);
    await untilState(1, { demanded: false, readers: 1 });
    await upstream.emit('camera', 'notReady', 1);
    const down = await untilState(1, { ready: false, readers: 0 });
    await upstream.emit('camera', 'ready', null);
    await upstream.emit('credentials', 'reauthenticated', 1);
    await upstream.emit('camera', 'ready', 1);
    expect(Number((await untilState(1, { ready: true }))['seq'])).toBeGreaterThan(Number(down['seq']));
    expect(following.events().slice(before)).toHaveLength(2 * 7);
  });

  it('change: a poll finds what no event tells, and clears the state of a camera that is gone', async () => {
    const { upstream } = following;
    upstream.setCamera({ id: 2, mtx_path: 'yard', is_enabled: true, stream_ready: true });
    upstream.removeCamera(230);
    upstream.setCamera({ id: 500, mtx_path: 'new' });
    await following.untilAsked('cameras', 60_000);
    await untilState(2, { ready: true, path: 'yard' });
    await untilState(500, { path: 'new' });
    await eventually(() => !following.states().has(230), 'the state of 230 is cleared');
  });

  it('change: two cameras may exchange their paths', async () => {
    following.upstream.setCamera({ id: 2, mtx_path: 'new', is_enabled: true, stream_ready: true });
    following.upstream.setCamera({ id: 500, mtx_path: 'yard' });
    await following.untilAsked('cameras', 60_000);
    await untilState(2, { path: 'new' });
    await untilState(500, { path: 'yard' });
  });

  it('change: a camera that only an event tells of is read at once', async () => {
    following.upstream.setCamera({ id: 501, mtx_path: 'barn', is_enabled: true });
    await following.upstream.emit('camera', 'demand', 501);
    await untilState(501, { demanded: true, path: 'barn' });
  });

  it('ready: a reading that is older than the event does not take it back, and is repeated', async () => {
    const { upstream, pass } = following;
    upstream.setCamera({ id: 3, mtx_path: 'shed', is_enabled: true });
    await following.untilAsked('cameras', 60_000);
    await untilState(3, { path: 'shed', ready: false });
    await following.untilAsked('health', 30_000);
    await untilAvailability('online');
    await pass(20_000);
    await upstream.emit('camera', 'ready', 3);
    await untilState(3, { ready: true });
    const { seq } = stateOf(3) ?? {};
    // Its own picture of its paths is ten seconds old.
    upstream.setCamera({ id: 4, mtx_path: 'before', is_enabled: true });
    await following.untilAsked('cameras', 10_000);
    await untilState(4, { path: 'before' });
    expect(stateOf(3)).toMatchObject({ ready: true, seq });
    await following.untilAsked('cameras', 15_000);
    expect(await untilState(3, { ready: false })).toHaveProperty('seq', Number(seq) + 1);
  });

  describe('change: what somebody has just set at NestMTX stays', () => {
    const update = (service: Service, token: string, payload: object) =>
      requestOverHttp(service.httpUrl, { command: 'update', module: 'cameras', entity: '5', payload, token });
    const logIn = async (service: Service) => {
      const payload = { username: 'nestmtx', password: 'nestmtx' };
      return vi.waitFor(async () => {
        const answer = await requestOverHttp(service.httpUrl, { command: 'create', module: 'auth', payload });
        // It may not have found the broker yet.
        if (!answer.ok) throw new Error(answer.error.message);
        return String(Reflect.get(Object(answer.value), 'bearer'));
      }, PATIENCE_MS);
    };

    it('though it has not been read since', async () => {
      const { service, upstream } = following;
      const token = await logIn(service);
      upstream.setCamera({ id: 5, mtx_path: 'kitchen2', is_enabled: true });
      expect(await update(service, token, { is_persistent: false })).toEqual({ ok: true, value: undefined });
      expect(upstream.cameras.get(5)).toMatchObject({ mtx_path: 'kitchen2', is_enabled: true, is_persistent: false });
      await untilState(5, { path: 'kitchen2' });
    });

    it('though nobody is configured who could read it', async () => {
      const { upstream } = following;
      const env = { MODE: 'follow', MQTT_HOST: '127.0.0.1', MQTT_PORT: String(mosquitto.port) };
      const login = { MQTT_USER: mosquitto.username, MQTT_PASS: mosquitto.password };
      const service = await startService({ env: { ...env, ...login } });
      const token = await logIn(service);
      upstream.setCamera({ id: 5, mtx_path: 'kitchen', is_enabled: true, is_persistent: true });
      expect(await update(service, token, { mtx_path: 'garden' })).toEqual({ ok: true, value: undefined });
      expect(upstream.cameras.get(5)).toMatchObject({ mtx_path: 'garden', is_enabled: true, is_persistent: true });
      await service.stop();
    });
  });

  it('restart: what was missed is caught up with, and the numbers go on', async () => {
    const { upstream } = following;
    await upstream.emit('camera', 'demand', 2);
    const before = await untilState(2, { ready: true, demanded: true });
    upstream.setCamera({ id: 2, mtx_path: 'new', is_enabled: true, stream_ready: false });
    await following.restartService();
    const after = await untilState(2, { ready: false, demanded: false });
    expect(Number(after['seq'])).toBeGreaterThan(Number(before['seq']));
    await untilAvailability('online');
  });

  it('silence: offline at the first missed answer, the reason in every state after the grace, and one event', async () => {
    const { upstream, pass } = following;
    await untilState(1, { ready: true });
    const before = following.events().length;
    upstream.silence(true);
    await following.untilAsked('health', 30_000);
    expect(following.availability()).toBe('online');
    await pass(5000);
    await untilAvailability('offline');
    await pass(29_999);
    await following.witness.publish('nestmtx/requests', '{"command":"list","module":"health","requestId":"unheard"}');
    expect(stateOf(1)).toMatchObject({ ready: true });
    await pass(1);
    await eventually(() => [...following.states().values()].every(({ reason }) => reason === 'nestmtx-unreachable'));
    expect(stateOf(1)).toMatchObject({ ready: false, path: 'door' });
    // One cause, one alarm: no camera is told to be down for it.
    await eventually(() => following.events().length === before + 4, 'the one event, in both spellings');
    expect(
      following
        .events()
        .slice(before)
        .every((topic) => topic.endsWith('/offline') && topic.includes('source')),
    ).toBe(true);
  });

  it('return: online, and every state is told as it is now', async () => {
    const { upstream } = following;
    const { seq } = stateOf(1) ?? {};
    upstream.setCamera({ id: 2, mtx_path: 'new', is_enabled: true, stream_ready: true });
    upstream.removeCamera(501);
    // The question that was asked meanwhile is given up.
    await following.pass(5000);
    upstream.silence(false);
    await following.untilAsked('health', 30_000);
    await untilAvailability('online');
    await untilState(2, { ready: true, reason: null });
    expect(Number((await untilState(1, { ready: true, reason: null }))['seq'])).toBeGreaterThan(Number(seq));
    // NestMTX is to stream this one always, and has no feed of it.
    await untilState(5, { reason: 'no-feed' });
    await eventually(
      () => [...following.states()].every(([id, { reason }]) => id === 5 || reason === null),
      'all others',
    );
    expect(following.states().has(501)).toBe(false);
  });

  it('an end of the service says offline', async () => {
    await following.service.app.close();
    await untilAvailability('offline');
    await following.restartService();
    await untilAvailability('online');
  });

  it('nobody but NestMTX answered: each request at most once, and none while it was silent (N-10)', async () => {
    const { witness, upstream } = following;
    await witness.publish('nestmtx/requests', '{"command":"list","module":"health","requestId":"heard"}');
    await witness.publish('nestmtx/requests', '{"command":"list","module":"health"}');
    await witness.next('nestmtx/responses/heard');
    await witness.next('nestmtx/failures');
    const answered = witness.received
      .map(({ topic }) => topic)
      .filter((topic) => /^nestmtx\/(responses|fail)/.test(topic));
    expect(new Set(answered).size).toBe(answered.length);
    expect(answered).not.toContain('nestmtx/responses/unheard');
    const asked = upstream.requests.map((request) => Reflect.get(Object(request), 'requestId'));
    expect(asked).toContain('unheard');
    expect(mosquitto.log()).toMatch(/nestmtx_\d+ \d nestmtx\/\+/);
    expect(mosquitto.log()).not.toMatch(/nestmtx-\w+-\S+ \d nestmtx\/(requests|\+|#)/);
  });

  it('what it logged names its mode, no password and no administrator, since users are those of NestMTX', () => {
    expect(following.service.log()).toContain('we answer none');
    expect(following.service.log()).not.toContain(UPSTREAM_USER.password);
    expect(following.service.log()).not.toContain('administrator');
  });
});
