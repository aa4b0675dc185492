/** Pins what happens when MediaMTX cannot be asked, refuses us, lies, hangs or restarts; and that our paths come back. */

import { afterEach, describe, expect, it } from 'vitest';
import { CAMERAS } from '../../src/core/cameras/records.ts';
import { VERSIONS } from '../support/cameras/mediamtx-shapes.ts';
import { eventually } from '../support/eventually.ts';
import { type MediaMtxSetting, mediaMtxSetting } from './setting.ts';

const SINCE = '2026-11-21T16:48:00Z';
const LOGIN = { username: 'bridge', password: 'pa55word-of-the-api' };

let setting: MediaMtxSetting;
afterEach(() => setting?.stop());

async function ready(options: Parameters<typeof mediaMtxSetting>[0] = {}) {
  setting = await mediaMtxSetting(options);
  await setting.add('door');
  setting.server.configure('door', {});
  setting.server.feed('door', { since: SINCE, bytes: 1 });
  await setting.start();
  return setting;
}

describe('a MediaMTX that cannot be asked', () => {
  it.each([
    ['refuses the login', { status: 401, body: '{"error":"authentication error"}' }, /authInternalUsers.*action: api/],
    ['fails', { status: 500, body: '{"error":"out of order"}' }, /HTTP 500: out of order/],
    ['is something else', { status: 200, body: '<html>hello</html>' }, /not the control API/],
    ['answers in another form', { status: 200, body: '[]' }, /form that is not known/],
  ])(
    'and %s is told once in the log; the state is in doubt after 10 s and down after 30 s',
    async (_how, lie, words) => {
      const { server, poll, events, cameras, log, clock } = await ready();
      expect(events()).toEqual(['ready']);
      server.lie = lie;
      await poll();
      await poll(9999);
      expect(cameras().facts('1')).toMatchObject({ ready: true, reason: null });
      clock.advance(1);
      expect(cameras().facts('1')).toMatchObject({ ready: true, reason: 'mediamtx-unreachable' });
      await poll(19_999);
      expect(events()).toEqual(['ready']);
      clock.advance(1);
      await eventually(() => events().length === 2);
      expect(events()).toEqual(['ready', 'notReady']);
      expect(cameras().facts('1')).toMatchObject({ ready: false, reason: 'mediamtx-unreachable' });
      await poll();
      const warnings = log.lines.filter(({ level }) => level === 'warn');
      expect(warnings).toHaveLength(1);
      expect(warnings[0]?.fields['reason']).toMatch(words);
      server.lie = undefined;
      server.feed('door', { since: SINCE, bytes: 2 });
      await poll(10_000);
      expect(events()).toEqual(['ready', 'notReady', 'ready']);
      expect(cameras().facts('1').reason).toBeNull();
    },
  );

  it('makes no event when it is back within the grace, and an idle camera loses its doubt', async () => {
    const { server, poll, events, cameras, add, clock } = await ready();
    await add('idle', { expected: 'on-demand' });
    const asked = server.requests.length;
    server.hangs = true;
    clock.advance(2000);
    await eventually(() => server.requests.length > asked);
    clock.advance(5000);
    await eventually(() => setting.mediaMtx().isUp === false);
    clock.advance(12_000);
    expect(cameras().facts('2').reason).toBe('mediamtx-unreachable');
    server.hangs = false;
    await poll(10_000);
    expect(events()).toEqual(['ready']);
    expect(cameras().facts('2').reason).toBeNull();
  });

  it('says nothing of its cameras when it is back: each has its ten seconds to come', async () => {
    const { server, poll, events, turns, clock } = await ready();
    server.lie = { status: 500, body: '' };
    await poll();
    await poll(15_000);
    server.lie = undefined;
    server.restart();
    server.feed('door', {});
    await poll();
    expect(events()).toEqual(['ready', 'notReady']);
    expect(turns()).toEqual([]);
    server.feed('door', { since: '2026-11-21T16:50:00Z', bytes: 1 });
    await poll();
    expect(events()).toEqual(['ready', 'notReady', 'ready']);
    clock.advance(60_000);
    expect(turns()).toEqual([]);
  });

  it('is asked with the login it was given, which no log shows', async () => {
    const { server, poll, log, cameras } = await ready({ login: LOGIN });
    server.login = LOGIN;
    await poll();
    expect(setting.mediaMtx().isUp).toBe(true);
    server.login = { ...LOGIN, password: 'another' };
    await poll();
    expect(setting.mediaMtx().isUp).toBe(false);
    expect(cameras().facts('1').ready).toBe(true);
    expect(JSON.stringify(log.lines)).not.toContain('pa55word');
  });
});

describe.each(['1.8', '1.20'] as const)('the paths of our cameras in MediaMTX %s', (version) => {
  async function pulled() {
    setting = await mediaMtxSetting({ version: VERSIONS[version] });
    setting.server.pathDefaults = { runOnDemand: 'a command' };
    await setting.add('porch', { sourceType: 'rtsp' }, 'rtsp://root:pa55word@10.0.0.5/stream');
    await setting.add('nest', { sourceType: 'whep', isPersistent: true }, 'https://cam.example/whep/1');
    await setting.add('off', { sourceType: 'rtsp', isEnabled: false }, 'rtsp://10.0.0.6/');
    await setting.start();
    return setting;
  }

  it('are added, on demand unless persistent, though a command is inherited', async () => {
    const { server } = await pulled();
    expect(server.config('porch')).toMatchObject({
      source: 'rtsp://root:pa55word@10.0.0.5/stream',
      sourceOnDemand: true,
    });
    expect(server.config('nest')).toMatchObject({ source: 'wheps://cam.example/whep/1', sourceOnDemand: false });
    expect(server.config('off')).toBeUndefined();
  });

  it('are added again after its restart and after its file was written, and touched at no other time', async () => {
    const { server, poll, reborn } = await pulled();
    const writes = () => server.requests.filter((request) => !request.startsWith('GET')).length;
    await poll(120_000);
    await reborn();
    expect(writes()).toBe(2);
    server.restart();
    await poll(10_000);
    expect(server.config('porch')).toMatchObject({ sourceOnDemand: true });
    server.reloadFile();
    await poll(10_000);
    expect(server.config('nest')).toBeDefined();
    expect(writes()).toBe(6);
  });

  it('follow the camera: a new way of pulling replaces, disabling deletes', async () => {
    const { server, change, poll, events } = await pulled();
    await change('1', { isPersistent: true });
    expect(server.config('porch')).toMatchObject({ sourceOnDemand: false });
    server.feed('porch', { since: SINCE, bytes: 1 });
    await poll();
    // Nobody had to ask for it.
    expect(events()).toEqual(['ready']);
    await change('1', { isEnabled: false });
    expect(server.config('porch')).toBeUndefined();
    expect(server.config('nest')).toBeDefined();
  });

  it('that it refuses are told once, and keep no other', async () => {
    const { server, poll, log, add } = await pulled();
    await add('..', { sourceType: 'rtsp' }, 'rtsp://10.0.0.7/');
    await poll(60_000);
    expect(log.lines.filter(({ message }) => message === 'MediaMTX does not take a path')).toHaveLength(1);
    expect(setting.mediaMtx().isUp).toBe(true);
    expect(server.config('porch')).toBeDefined();
  });

  it('are made anew by restart and stop, and a stream that somebody publishes is ended', async () => {
    const { server, mediaMtx, add, poll, store } = await pulled();
    const { act } = mediaMtx().control;
    const porch = store.collection(CAMERAS).get('1');
    if (porch) await act(porch, 'restart');
    expect(server.requests.slice(-3)).toEqual([
      'DELETE /v3/config/paths/delete/porch',
      'POST /v3/config/paths/add/porch',
      'GET /v3/paths/get/porch',
    ]);
    const door = await add('door');
    await expect(act(door, 'restart')).rejects.toMatchObject({ code: 'unavailable' });
    // Nothing streams, and nothing shall.
    await act(door, 'stop');
    server.feed('door', {
      since: SINCE,
      source: { type: 'srtConn', id: 's1' },
      readers: [{ type: 'rtspSession', id: 'r1' }],
    });
    await act(door, 'restart');
    expect(server.kicked).toEqual(['srtconns s1']);
    await act(door, 'stop');
    expect(server.kicked.slice(1)).toEqual(['srtconns s1', 'rtspsessions r1']);
    server.feed('door', { since: SINCE, source: { type: 'rtspSource', id: '' } });
    await expect(act(door, 'restart')).rejects.toMatchObject({ message: expect.stringContaining('file of MediaMTX') });
    await poll();
  });
});

it('a restart between two polls is noticed, and the feeds that it cut are told', async () => {
  const { server, poll, events, log } = await ready();
  server.restart();
  server.feed('door', { since: '2026-11-21T16:48:31Z', bytes: 1 });
  await poll();
  expect(events()).toEqual(['ready', 'notReady', 'ready']);
  expect(log.visible()).toContain('info: MediaMTX has been restarted');
});
