/** Pins how a source is looked at: gently where it speaks RTSP, through go2rtc only when somebody wants to know, and without any trace. */

import { afterEach, describe, expect, it, vi } from 'vitest';
import { findingOf } from '../../src/go2rtc/causes.ts';
import { createLooks } from '../../src/go2rtc/looks.ts';
import { CAMERA } from '../support/cameras/observed.ts';
import { recordingLog } from '../support/recording-log.ts';
import { type Go2RtcSetting, go2RtcSetting } from './setting.ts';

let setting: Go2RtcSetting;
afterEach(() => setting?.stop());

async function started(options: Parameters<typeof go2RtcSetting>[0] = {}): Promise<Go2RtcSetting> {
  setting = await go2RtcSetting(options);
  await setting.start();
  await setting.until(() => setting.seen.facts().pending === null);
  return setting;
}

const looks = () => setting.server.requests.filter((request) => request.includes('src='));
const other = () => 'onvif://admin:secret@10.0.0.9';

it.each([
  ['dial tcp 127.0.0.1:9: connect: connection refused', 'refused'],
  ['dial tcp: lookup camera.local: no such host', 'unreachable'],
  ['dial tcp 10.0.0.9:554: connect: no route to host', 'unreachable'],
  ['dial tcp 10.0.0.9:554: i/o timeout', 'silent'],
  ['wrong user/pass', 'unauthorised'],
  ['user/pass not provided', 'unauthorised'],
  ['wrong response on DESCRIBE', 'wrong-path'],
  ['tls: failed to verify certificate: x509: certificate signed by unknown authority', 'unverified'],
  ['EOF', 'broken'],
  ['unknown error', 'broken'],
  ['dial tcp 10.0.0.9:554: i/o timeout, wrong user/pass', 'unauthorised'],
])('what go2rtc says of a source, "%s", is %s', (words, finding) => {
  expect(findingOf(`streams: ${words}\n`)).toBe(finding);
});

describe('a source that speaks RTSP', () => {
  it('is asked itself while nobody watches, and go2rtc is not made to connect', async () => {
    const { seen, until, pass } = await started();
    await until(() => seen.facts().online === true);
    await pass();
    expect(looks()).toEqual([]);
  });

  it('that is asked for a login which go2rtc hides from us counts as there', async () => {
    const { seen, until } = await started({ source: (url) => url.replace('rtsp://', 'rtsp://root:secret@') });
    setting.scripted.wantsLogin = true;
    await until(() => seen.facts().online === true);
    expect([seen.turns(), looks()]).toEqual([[], []]);
  });

  it('is not asked where probe is false, but for a feed that is wanted', async () => {
    const { seen, pass, scripted } = await started({ camera: { probe: false } });
    await scripted.kill();
    await pass();
    expect(seen.facts()).toMatchObject({ online: null, reason: null });
  });
});

describe('a source that we cannot reach', () => {
  it('and go2rtc can is there: go2rtc connects to it once, and then is left alone', async () => {
    const { seen, until, pass } = await started({ source: () => 'rtsp://127.0.0.1:1/door' });
    await until(() => seen.facts().online === true);
    await pass();
    expect(looks()).toHaveLength(1);
    expect([seen.events(), seen.turns()]).toEqual([[], []]);
  });

  it('and go2rtc cannot either is down, with what go2rtc says of it', async () => {
    setting = await go2RtcSetting({ source: () => 'rtsp://127.0.0.1:1/door' });
    setting.server.source = { cause: 'dial tcp: i/o timeout' };
    await setting.start();
    await setting.until(() => setting.seen.turns().length > 0);
    expect(setting.seen.turns()).toEqual(['offline silent']);
  });

  it('that stands on the machine of go2rtc is not looked for on ours', async () => {
    const askRtsp = vi.fn(async () => 'refused' as const);
    const report = {
      ...{ name: 'door', isTold: true, isPreloaded: false, producers: [], viewers: [] },
      sources: ['rtsp://localhost:8554/other'],
    };
    const watch = { report: () => report, disturb: () => () => undefined };
    const api = { streams: async () => [report], look: async () => 'up' as const };
    const at = createLooks({ api, watch, askRtsp, url: 'http://10.0.0.2:1984', log: recordingLog() });
    const { signal } = new AbortController();
    expect(await at({ ...CAMERA, stream: 'door' }, { isUrgent: false, stopped: signal })).toBeUndefined();
    expect(await at({ ...CAMERA, stream: 'door' }, { isUrgent: true, stopped: signal })).toBe('up');
    expect(askRtsp).not.toHaveBeenCalled();
  });
});

describe('any other source', () => {
  it('is left alone while nobody watches, and nothing is known of it', async () => {
    const { seen, pass } = await started({ source: other });
    await pass();
    expect(seen.facts()).toMatchObject({ online: null, reason: null });
    expect(looks()).toEqual([]);
  });

  it('is looked at through go2rtc, once, when its feed is wanted and absent', async () => {
    const { server, seen, until } = await started({ source: other, camera: { expected: 'always' } });
    server.source = { cause: 'wrong user/pass' };
    await until(() => seen.turns().length > 0);
    expect(seen.turns()).toEqual(['offline unauthorised']);
    expect(looks().length).toBeGreaterThan(0);
    expect(looks()[0]).toBe('GET /api/streams?src=door&video=all');
  });

  it('is looked at when somebody presses Probe; that it is connected for that is not told', async () => {
    const { server, seen, pass } = await started({ source: other });
    // Meanwhile the list is asked for, several times.
    const lists = () => server.requests.length;
    server.onLook = () => setting.clock.runTo(setting.clock.now() + 11_000, manyTurns);
    const before = lists();
    await seen.probe();
    expect(lists() - before).toBeGreaterThan(2);
    expect(looks()).toHaveLength(1);
    expect(seen.facts().online).toBe(true);
    await pass();
    expect([seen.events(), seen.turns()]).toEqual([[], []]);
  });

  it('is not said to be there by 1.8, which connects to nothing when it is asked', async () => {
    const { server, seen } = await started({ source: other, version: '1.8.5' });
    server.source = { cause: 'connection refused' };
    await seen.probe();
    expect(looks()).toHaveLength(1);
    expect(seen.facts()).toMatchObject({ online: null, reason: null });
  });
});

async function manyTurns(): Promise<void> {
  for (let turns = 0; turns < 100; turns += 1) await new Promise((resolve) => setImmediate(resolve));
}
