/** Drives a whole service in follow mode beside a NestMTX on a real broker: start, event, change, restart, silence and return. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Following, startFollowing, UPSTREAM_USER } from '../follow/following.ts';
import { type Mosquitto, mosquittoIsMissing, startMosquitto } from '../support/brokers/mosquitto.ts';
import { eventually } from '../support/eventually.ts';

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
    await eventually(() => [...following.states().values()].every(({ reason }) => reason === null));
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
