/** Pins who is thrown out: everybody at the path of a camera that is removed or disabled, and a viewer who may no more. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createControlApi } from '../../src/mediamtx/control-api.ts';
import { openControlExchange } from '../../src/mediamtx/control-exchange.ts';
import { createViewers } from '../../src/mediamtx/viewers.ts';
import { eventually } from '../support/eventually.ts';
import { type MediaMtxSetting, mediaMtxSetting } from './setting.ts';

const FEED = {
  since: '2026-11-21T16:48:00Z',
  source: { type: 'srtConn', id: 's1' },
  readers: [{ type: 'rtspSession', id: 'r1' }],
};

let setting: MediaMtxSetting;
beforeEach(async () => {
  setting = await mediaMtxSetting();
  await setting.add('door');
  setting.server.configure('door', {});
  setting.server.feed('door', FEED);
  await setting.start();
});
afterEach(() => setting.stop());

describe('a camera that is disabled', () => {
  it('is read and published by nobody any more, and is not ready, whoever observes it', async () => {
    expect(setting.events()).toEqual(['ready', 'read']);
    await setting.change('1', { isEnabled: false });
    await eventually(() => setting.server.kicked.length === 2, 'their end');
    expect([...setting.server.kicked].sort()).toEqual(['rtspsessions r1', 'srtconns s1']);
    expect(setting.events()).toEqual(['ready', 'read', 'unread', 'notReady']);
    expect(setting.cameras().facts('1')).toMatchObject({ ready: false, online: null, reason: null });
  });

  it('is left by everybody also where MediaMTX did not answer when it was disabled', async () => {
    const { server, clock, log } = setting;
    server.lie = { status: 500, body: '' };
    await setting.change('1', { isEnabled: false });
    await eventually(() => log.visible().some((line) => line.includes('could not be ended')));
    server.lie = undefined;
    clock.advance(2000);
    await eventually(() => server.kicked.length === 2, 'their end');
  });

  it('keeps whoever is there when it was enabled again before MediaMTX answered', async () => {
    const { server, clock, log, poll } = setting;
    server.lie = { status: 500, body: '' };
    await setting.change('1', { isEnabled: false });
    await eventually(() => log.visible().some((line) => line.includes('could not be ended')));
    await setting.change('1', { isEnabled: true });
    server.lie = undefined;
    clock.advance(2000);
    await poll();
    expect(server.kicked).toEqual([]);
  });

  it('is not observed, and is again when it is enabled', async () => {
    await setting.change('1', { isEnabled: false });
    await setting.poll(10_000);
    expect(setting.cameras().facts('1').ready).toBe(false);
    await setting.change('1', { isEnabled: true });
    await setting.poll();
    expect(setting.cameras().facts('1').ready).toBe(true);
  });
});

it('a camera that is only renamed keeps whoever is there', async () => {
  await setting.change('1', { name: 'Front door' });
  await setting.poll();
  expect(setting.server.kicked).toEqual([]);
});

it('a viewer who may no more is thrown out by session or by connection, and nobody else is', async () => {
  setting.server.conns.set('c1', 'session-of-c1');
  setting.server.conns.set('c2', 'session-of-c2');
  const { exchange, close } = openControlExchange({ url: setting.server.url }, setting.clock);
  const viewers = createViewers(createControlApi(exchange), setting.clock, setting.log);
  const rights = new Map([
    ['c1', true],
    ['session-of-c2', true],
    ['c3', true],
  ]);
  for (const id of rights.keys()) viewers.letIn({ id, userId: '7', isRight: () => rights.get(id) === true });
  await viewers.check('7');
  expect(setting.server.kicked).toEqual([]);
  rights.set('c1', false);
  rights.set('session-of-c2', false);
  await viewers.check('8');
  await viewers.check('7');
  const ended = setting.server.kicked.filter((one) => one.startsWith('rtspsessions'));
  expect(ended.sort()).toEqual(['rtspsessions session-of-c1', 'rtspsessions session-of-c2']);
  expect(setting.server.kicked.join()).not.toContain('c3');
  close();
});

it('a viewer who may no more is thrown out later where MediaMTX did not answer at once, and only once', async () => {
  const { clock, log } = setting;
  const ended: string[][] = [];
  let isDown = true;
  const kickSessions = async (ids: ReadonlySet<string>) => {
    if (isDown) throw new Error('refused');
    ended.push([...ids]);
  };
  const viewers = createViewers({ kickSessions }, clock, log);
  viewers.letIn({ id: 'c1', userId: '7', isRight: () => false });
  await viewers.check('7');
  isDown = false;
  clock.advance(2000);
  await eventually(() => ended.length > 0);
  await viewers.check('7');
  expect(ended).toEqual([['c1']]);
  await viewers.close();
});
