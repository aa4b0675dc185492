/** Pins the hook endpoint: who may call, that it only hints, and that it never waits for MediaMTX. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCallers } from '../../src/mediamtx/callers.ts';
import { mediaMtxHooks } from '../../src/mediamtx/hooks.ts';
import { eventually } from '../support/eventually.ts';
import { recordingLog } from '../support/recording-log.ts';
import { openHttp } from '../transports/http/setting.ts';
import { type MediaMtxSetting, mediaMtxSetting, secrets } from './setting.ts';

const SINCE = '2026-11-21T16:48:00Z';

describe('the hook endpoint', () => {
  let looks: unknown[];
  let close: () => Promise<void>;
  let url: string;

  beforeEach(async () => {
    looks = [];
    const look = (...call: unknown[]) => {
      looks.push(call);
      return new Promise<void>(() => undefined);
    };
    const { http, url: base } = await openHttp();
    http.answerDirectly(
      '/hooks/mediamtx',
      mediaMtxHooks(look, createCallers(secrets, 'shared-secret-of-hooks', recordingLog())),
    );
    url = `${base}/hooks/mediamtx`;
    close = () => http.close();
  });

  afterEach(() => close());

  const post = async (event: string, body: string, headers: Record<string, string> = {}) => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    return (await fetch(`${url}/${event}`, { method: 'POST', body, headers: { ...form, ...headers } })).status;
  };

  it('answers 202 at once, though the look it asks for never ends', async () => {
    expect(await post('ready', 'path=door&sourceType=srtConn&sourceId=1&query=')).toBe(202);
    const json = { 'content-type': 'application/json' };
    expect(await post('undemand', '{"path":"door","query":"a=1&b"}', json)).toBe(202);
    expect(await post('available', 'path=door&query=x%26y')).toBe(202);
    expect(looks).toEqual([
      ['door', { event: 'ready' }],
      ['door', { event: 'unDemand', query: 'a=1&b' }],
      ['door', { event: 'ready', query: 'x&y' }],
    ]);
  });

  it('refuses an unknown event, a call without a path and a body that is too large', async () => {
    expect(await post('explode', 'path=door')).toBe(400);
    expect(await post('constructor', 'path=door')).toBe(400);
    expect(await post('ready', 'name=door')).toBe(400);
    expect(await post('ready', `path=${'x'.repeat(20_000)}`)).toBe(413);
    expect(looks).toEqual([]);
  });

  it('believes this machine, but no proxy on it, unless the caller knows the secret', async () => {
    const proxied = { 'x-forwarded-for': '203.0.113.9' };
    expect(await post('ready', 'path=door', proxied)).toBe(401);
    expect(await post('ready', 'path=door', { authorization: 'Bearer wrong' })).toBe(401);
    expect(await post('ready', 'path=door', { ...proxied, authorization: 'Bearer shared-secret-of-hooks' })).toBe(202);
  });
});

describe('a call without the secret', () => {
  const { admit } = createCallers(secrets, undefined, recordingLog());
  const call = (headers: Record<string, string>, address = '127.0.0.1') => ({ name: 'demand', headers, address });

  it.each([
    ['a program on this machine', { host: '127.0.0.1:2000' }, '127.0.0.1'],
    ['one that calls it localhost', { host: 'LOCALHOST' }, '::ffff:127.0.0.1'],
    ['one that speaks IPv6', { host: '[::1]:2000' }, '::1'],
  ])('counts from %s', (_, headers, address) => {
    expect(() => admit(call(headers, address))).not.toThrow();
  });

  it.each([
    [
      'a page of another site, in a browser on this machine',
      { host: '127.0.0.1:2000', origin: 'https://evil.example' },
    ],
    ['such a page that hides its origin', { host: '127.0.0.1:2000', origin: 'null' }],
    ['such a page, as browsers tell it', { host: '127.0.0.1:2000', 'sec-fetch-site': 'cross-site' }],
    ['a page whose name was pointed here', { host: 'evil.example:2000' }],
    ['a name that only begins like ours', { host: 'localhost.evil.example' }],
    ['somebody who leaves the name out', {}],
    ['a proxy', { host: '127.0.0.1:2000', via: '1.1 proxy' }],
  ])('is refused from %s', (_, headers: Record<string, string>) => {
    expect(() => admit(call(headers))).toThrow('nauthorized');
  });

  it('is refused from another machine', () => {
    expect(() => admit(call({ host: '127.0.0.1:2000' }, '192.0.2.1'))).toThrow('nauthorized');
  });
});

describe('the secret of hooks', () => {
  it('may hold any letter, and the first call without it is told, once', () => {
    const log = recordingLog();
    const { admit } = createCallers(secrets, 'Schlüssel-der-Kameras', log);
    const call = (authorization: string) => ({ name: 'ready', headers: { authorization }, address: '203.0.113.9' });
    // As Node reads what a program sends in UTF-8.
    const sent = Buffer.from('Bearer Schlüssel-der-Kameras').toString('latin1');
    expect(() => admit(call(sent))).not.toThrow();
    for (const wrong of ['Bearer Schluessel', 'Bearer x']) expect(() => admit(call(wrong))).toThrow('nauthorized');
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });
});

it('that a hook was refused holds until one is let in again', () => {
  const callers = createCallers(secrets, 'shared-secret-of-hooks', recordingLog());
  const call = (authorization: string) => ({ name: 'ready', headers: { authorization }, address: '203.0.113.9' });
  expect(callers.isRefusing).toBe(false);
  expect(() => callers.admit(call('Bearer wrong'))).toThrow('nauthorized');
  expect(callers.isRefusing).toBe(true);
  callers.admit(call('Bearer shared-secret-of-hooks'));
  expect(callers.isRefusing).toBe(false);
});

describe('a hook', () => {
  let setting: MediaMtxSetting;
  afterEach(() => setting.stop());

  async function started() {
    setting = await mediaMtxSetting();
    await setting.add('door');
    setting.server.configure('door', { runOnDemand: 'a command' });
    await setting.start();
    return setting;
  }

  it('makes the event at once, with the query, and the poll that follows makes none', async () => {
    const { server, mediaMtx, told, events, poll } = await started();
    server.feed('door', { since: SINCE, bytes: 1 });
    await mediaMtx().look('door', { event: 'ready', query: 'token=1' });
    expect(events()).toEqual(['demand', 'ready']);
    expect(told.at(-1)?.details).toMatchObject({ query: 'token=1' });
    await poll();
    expect(events()).toHaveLength(2);
  });

  it('that lies changes nothing: the look decides', async () => {
    const { mediaMtx, events } = await started();
    for (const event of ['ready', 'read', 'notReady', 'unread', 'unDemand']) await mediaMtx().look('door', { event });
    await mediaMtx().look('elsewhere', { event: 'ready' });
    expect(events()).toEqual([]);
  });

  it('alone tells demand; it ends with its hook, or after a minute in which nothing came', async () => {
    const { mediaMtx, events, poll } = await started();
    await mediaMtx().look('door', { event: 'demand' });
    await mediaMtx().look('door', { event: 'demand' });
    expect(events()).toEqual(['demand']);
    await mediaMtx().look('door', { event: 'unDemand' });
    expect(events()).toEqual(['demand', 'unDemand']);
    await mediaMtx().look('door', { event: 'demand' });
    await poll(55_000);
    expect(events()).toHaveLength(3);
    await poll(10_000);
    expect(events()).toEqual(['demand', 'unDemand', 'demand', 'unDemand']);
  });

  it('is not undone by a list that was asked for before it and comes after it', async () => {
    const { server, mediaMtx, events, clock, polls } = await started();
    // The list is written before the feed begins, and held back until the hook has been answered.
    const held = server.hold('/paths/list?');
    const before = polls();
    clock.advance(5000);
    await held.taken;
    server.feed('door', { since: SINCE, bytes: 1 });
    await mediaMtx().look('door', { event: 'ready' });
    held.release();
    await eventually(() => polls() > before);
    expect(events()).toEqual(['demand', 'ready']);
  });

  it('at each of 100 paths at once costs four looks at one, and one at all', async () => {
    setting = await mediaMtxSetting();
    const paths = Array.from({ length: 100 }, (_, index) => `door-${index}`);
    for (const path of paths) {
      await setting.add(path);
      setting.server.configure(path, {});
    }
    await setting.start();
    for (const path of paths) setting.server.feed(path, { since: SINCE, bytes: 1 });
    const asked = setting.server.requests.length;
    await Promise.all(paths.map((path) => setting.mediaMtx().look(path, { event: 'ready' })));
    const questions = setting.server.requests.slice(asked).map((request) => /list|get/.exec(request)?.[0]);
    expect(questions.sort()).toEqual(['get', 'get', 'get', 'get', 'list']);
    expect(setting.told.filter(({ event }) => event === 'ready')).toHaveLength(100);
  });

  it('of many at once costs few looks, and a demand among them is not lost', async () => {
    const { server, mediaMtx, events } = await started();
    const asked = server.requests.length;
    const hints = ['read', 'demand', 'unread', 'ready', 'read'];
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => mediaMtx().look('door', { event: hints[index % 5] ?? '' })),
    );
    expect(server.requests.length - asked).toBe(2);
    expect(events()).toEqual(['demand']);
  });
});
