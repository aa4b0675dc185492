/** Pins what go2rtc alone does: publishers, viewers that are none, sources that it shows though it lost them, streams that are not there. */

import { afterEach, describe, expect, it } from 'vitest';
import { GO2RTC_VERSIONS } from '../support/cameras/go2rtc-shapes.ts';
import { type Go2RtcSetting, go2RtcSetting } from './setting.ts';

let setting: Go2RtcSetting;
afterEach(() => setting?.stop());

const isKnown = () => setting.seen.facts().pending === null;

async function started(options: Parameters<typeof go2RtcSetting>[0] = {}): Promise<Go2RtcSetting> {
  setting = await go2RtcSetting(options);
  await setting.start();
  await setting.until(isKnown);
  return setting;
}

describe.each(GO2RTC_VERSIONS)('go2rtc %s', (version) => {
  it('a stream that somebody publishes is ready without a demand, expected always, and missed when he is gone', async () => {
    const { server, seen, until } = await started({ version, camera: { stream: 'yard' } });
    const leave = server.publish('yard');
    await until(() => seen.facts().ready);
    expect(seen.events()).toEqual(['ready']);
    leave();
    await until(() => !seen.facts().ready);
    expect(seen.facts()).toMatchObject({ online: true, reason: 'no-feed' });
    await until(() => seen.turns().length > 0);
    expect([seen.events(), seen.turns()]).toEqual([['ready', 'notReady'], ['offline no-feed']]);
  });

  it('another stream that pulls this one is no viewer, though it keeps it up', async () => {
    const { server, seen, until } = await started({ version });
    const leave = server.watch('door', { format: 'rtsp', program: `go2rtc/${version}` });
    await until(() => seen.facts().ready);
    expect(seen.events()).toEqual(['demand', 'ready']);
    leave?.();
    await until(() => !seen.facts().ready);
    expect(seen.facts()).toMatchObject({ demanded: false, reason: null });
  });

  it('a source that it had lost before we came, and still shows, is never told to be ready', async () => {
    setting = await go2RtcSetting({ version });
    const { server, scripted } = setting;
    server.watch('door');
    await fetch(`${server.url}/api/streams`);
    await scripted.kill();
    server.source = { cause: 'dial tcp: connect: connection refused' };
    await setting.start();
    await setting.until(() => setting.seen.turns().length > 0);
    expect(setting.seen.turns()).toEqual(['offline stalled']);
    expect(setting.seen.events()).not.toContain('ready');
  });

  it('a source that was lost and is back between two looks has gone, which is inferred', async () => {
    const { server, seen, until, pass } = await started({ version });
    server.watch('door');
    await until(() => seen.facts().readers.size === 1);
    await pass();
    server.source = { cause: 'EOF' };
    server.source = 'up';
    await until(() => seen.events().length > 3);
    expect(seen.events()).toEqual(['demand', 'ready', 'read', 'unread', 'notReady', 'ready', 'read']);
    expect(seen.turns()).toEqual([]);
  });

  it('a stream that it does not have is told so when that lasts, and its return makes nothing worse', async () => {
    const { server, seen, until, pass, scripted } = await started({ version });
    server.remove('door');
    await until(() => seen.turns().length > 0);
    expect(seen.turns()).toEqual(['offline wrong-path']);
    await pass();
    expect(seen.turns()).toHaveLength(1);
    server.configure('door', [scripted.url]);
    await until(() => seen.turns().length > 1);
    expect(seen.turns()).toEqual(['offline wrong-path', 'online wrong-path']);
  });

  it('whatever happens, it is only asked', async () => {
    const { server, seen, until } = await started({ version });
    const leave = server.watch('door');
    await until(() => seen.facts().ready);
    leave?.();
    await seen.probe();
    await until(() => !seen.facts().ready);
    expect(server.requests.filter((request) => !request.startsWith('GET /api/streams'))).toEqual([]);
  });
});

it('a preloaded stream is expected always, and whoever keeps it up is no viewer', async () => {
  const { server, seen, until, scripted } = await started();
  server.watch('door', { format: 'preload' });
  await until(() => seen.facts().ready);
  expect(seen.facts().readers.size).toBe(0);
  await scripted.kill();
  server.source = { cause: 'connection refused' };
  await until(() => seen.turns().length > 0);
  expect(seen.turns()).toEqual(['offline refused']);
});

it('bytes that stand still while the source answers are a stall after 30 seconds, once, and over when they flow', async () => {
  const { server, seen, until, pass } = await started();
  server.watch('door');
  await until(() => seen.facts().ready);
  server.source = 'frozen';
  await pass();
  expect(seen.events()).toEqual(['demand', 'ready', 'read', 'stalled', 'unread', 'notReady']);
  expect(seen.turns()).toEqual(['offline stalled']);
  server.source = 'up';
  await until(() => seen.facts().ready);
  expect(seen.turns()).toEqual(['offline stalled', 'online stalled']);
});

it('1.8 says nothing of a stream that it is about to change, and that means nothing', async () => {
  const { server, seen, until, pass } = await started({ version: '1.8.5' });
  server.watch('door');
  await until(() => seen.facts().readers.size === 1);
  server.locked = 'door';
  await pass();
  expect(seen.facts()).toMatchObject({ ready: true, reason: null });
  expect(seen.events()).toEqual(['demand', 'ready', 'read']);
});

it('an empty list, as it is for a moment when go2rtc starts, is no alarm', async () => {
  const { server, seen, pass, until } = await started();
  const before = server.requests.length;
  server.lie = { status: 200, body: '{}' };
  await until(() => server.requests.length > before);
  server.lie = undefined;
  await pass();
  expect([seen.turns(), seen.events()]).toEqual([[], []]);
});
