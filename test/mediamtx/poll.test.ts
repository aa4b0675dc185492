/** Pins what the poll alone makes of MediaMTX's answers: every version, every page, flaps, stalls, readers, silences, lies. */

import { afterEach, describe, expect, it } from 'vitest';
import { VERSIONS } from '../support/cameras/mediamtx-shapes.ts';
import { type MediaMtxSetting, mediaMtxSetting } from './setting.ts';

const SINCE = '2026-11-21T16:48:00Z';
const LATER = '2026-11-21T16:48:32Z';
const READER = { type: 'webRTCSession', id: 'w1' };

let setting: MediaMtxSetting;
afterEach(() => setting?.stop());

async function started(version: keyof typeof VERSIONS = '1.20') {
  setting = await mediaMtxSetting({ version: VERSIONS[version] });
  await setting.add('door');
  setting.server.configure('door', {});
  await setting.start();
  return setting;
}

describe.each(['1.8', '1.16', '1.19', '1.20'] as const)('MediaMTX %s', (version) => {
  it('tells ready with its source, readers as they come and go, and notReady after the readers', async () => {
    const { server, poll, events, told } = await started(version);
    server.feed('door', { since: SINCE, bytes: 1000, source: { type: 'srtConn', id: 's1' } });
    await poll();
    server.feed('door', { since: SINCE, bytes: 2000, source: { type: 'srtConn', id: 's1' }, readers: [READER] });
    await poll();
    expect(events()).toEqual(['ready', 'read']);
    expect(told.at(-2)?.details).toMatchObject({ path: 'door', sourceType: 'srtConn', sourceId: 's1' });
    expect(told.at(-1)?.details).toMatchObject({ readerType: 'webRTCSession', readerId: 'w1' });
    server.feed('door', {});
    await poll();
    expect(events()).toEqual(['ready', 'read', 'unread', 'notReady']);
    const gone = told.find(({ event }) => event === 'notReady');
    expect(gone?.details).toMatchObject({ sourceType: 'srtConn', sourceId: 's1', reason: 'no-feed' });
    await poll();
    expect(events()).toHaveLength(4);
  });

  it('shows what flows', async () => {
    const { server, poll, mediaMtx } = await started(version);
    server.feed('door', { since: SINCE, bytes: 1234, tracks: ['H264', 'Opus'], readers: [READER] });
    await poll();
    expect(mediaMtx().control.media.get('door')).toEqual({
      path: 'door',
      src: 'rtspSession',
      ready: true,
      uptime: SINCE,
      tracks: 2,
      dataRx: 1234,
      dataTx: 0,
      consumers: 1,
    });
  });

  it('sees a stall by bytes that stand still for 30 seconds, once, and the end of it', async () => {
    const { server, poll, events, cameras } = await started(version);
    const feed = (bytes: number) => server.feed('door', { since: SINCE, bytes, readers: [READER] });
    feed(1000);
    await poll();
    await poll(25_000);
    expect(events()).toEqual(['ready', 'read']);
    await poll(10_000);
    expect(events()).toEqual(['ready', 'read', 'stalled', 'unread', 'notReady']);
    expect(cameras().facts('1').reason).toBe('stalled');
    await poll(40_000);
    expect(events()).toHaveLength(5);
    feed(1001);
    await poll();
    expect(events().slice(5)).toEqual(['ready', 'read']);
  });
});

describe('the poll', () => {
  it('infers the flap it missed from another time of becoming ready, and says so', async () => {
    const { server, poll, events, told } = await started();
    server.feed('door', { since: SINCE, bytes: 1, readers: [READER] });
    await poll();
    server.feed('door', { since: LATER, bytes: 2, readers: [READER] });
    await poll();
    expect(events()).toEqual(['ready', 'read', 'unread', 'notReady', 'ready', 'read']);
    expect(told.slice(-3).map(({ details }) => details['inferred'])).toEqual([true, true, undefined]);
    expect(told.slice(1).map(({ details }) => details['seq'])).toEqual([2, 3, 4, 5, 6, 7]);
  });

  it('a path with a source on demand that becomes ready must have been asked for, and is let go with its end', async () => {
    const { server, poll, events } = await started();
    server.configure('door', { source: 'rtsp://cam/1', sourceOnDemand: true });
    await poll(60_000);
    server.feed('door', { since: SINCE, bytes: 1 });
    await poll();
    server.feed('door', {});
    await poll();
    expect(events()).toEqual(['demand', 'ready', 'notReady', 'unDemand']);
  });

  it('a path by a regular expression that is no longer listed is gone', async () => {
    const { server, poll, events, add, start } = await (async () => {
      setting = await mediaMtxSetting();
      return setting;
    })();
    await add('any');
    server.feed('any', { since: SINCE, bytes: 1 });
    await start();
    server.restart();
    await poll();
    expect(events()).toEqual(['ready', 'notReady']);
  });

  it('a slate is no feed: a path that is always available is ready while its source is online', async () => {
    const { server, poll, events } = await started('1.19');
    server.configure('door', { alwaysAvailable: true });
    await poll(60_000);
    server.feed('door', { since: SINCE, bytes: 1, isOnline: true });
    await poll();
    server.feed('door', { since: SINCE, bytes: 2, isOnline: false });
    await poll();
    expect(events()).toEqual(['ready', 'notReady']);
  });

  it('reads every page, and takes nothing for gone that slipped through between two of them', async () => {
    const { server, poll, events, add } = await started();
    for (let index = 0; index < 1100; index += 1)
      server.feed(`a${String(index).padStart(4, '0')}`, { since: SINCE, bytes: 1 });
    await add('z-last');
    server.feed('z-last', { since: SINCE, bytes: 1 });
    server.feed('door', { since: SINCE, bytes: 1 });
    await poll();
    expect(events(2)).toEqual(['ready']);
    // Between the two pages another path ends, so that the door, which was on the second, moves to the first.
    let bytes = 1;
    server.onRequest = (request) => {
      if (!request.includes('paths/list?page=1')) return;
      bytes += 1;
      server.feed('door', { since: SINCE, bytes });
      for (let index = 0; index < 200; index += 1) server.forget(`a${String(index).padStart(4, '0')}`);
    };
    await poll();
    expect(events()).toEqual(['ready']);
    expect(server.requests).toContain('GET /v3/paths/get/door');
  });

  it('asks every 2 seconds while something goes on, else every 5, one question at a time', async () => {
    const { server, poll, clock } = await started();
    const lists = () => server.requests.filter((request) => request.includes('/paths/list?')).length;
    const asksWithin = async (ms: number) => {
      const before = lists();
      clock.advance(ms);
      // A question that was asked before ours arrives before ours.
      await fetch(`${server.url}/v3/info`);
      return lists() > before || server.requests.at(-2) === 'GET /v3/info';
    };
    expect(await asksWithin(4999)).toBe(false);
    server.feed('door', { since: SINCE, bytes: 1 });
    await poll(1);
    expect(await asksWithin(1999)).toBe(false);
    await poll(1);
    let open = 0;
    let most = 0;
    server.onRequest = () => {
      open += 1;
      most = Math.max(most, open);
    };
    server.onAnswer = () => {
      open -= 1;
    };
    // Not so long that it would give up waiting.
    for (let round = 0; round < 2; round += 1) clock.advance(2000);
    await poll(2000);
    expect(most).toBe(1);
  });
});

describe('after a restart of our own', () => {
  it('tells nothing again: neither what is ready nor who reads', async () => {
    const { server, poll, events, reborn, cameras } = await started();
    server.feed('door', { since: SINCE, bytes: 1, readers: [READER] });
    await poll();
    await reborn();
    expect(events()).toEqual(['ready', 'read']);
    expect(cameras().facts('1').readers.size).toBe(1);
    server.feed('door', { since: SINCE, bytes: 2 });
    await poll();
    expect(events()).toEqual(['ready', 'read', 'unread']);
  });

  it('a stall stays one until something flows', async () => {
    const { server, poll, events, reborn } = await started();
    server.feed('door', { since: SINCE, bytes: 1 });
    await poll(40_000);
    expect(events()).toEqual(['ready', 'stalled', 'notReady']);
    await reborn();
    await poll();
    expect(events()).toHaveLength(3);
    server.feed('door', { since: SINCE, bytes: 2 });
    await poll();
    expect(events().at(-1)).toBe('ready');
  });
});
