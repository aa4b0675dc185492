/** Pins the events of paths that belong to no camera: without entity and name, on edges, and none for what was there before us. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { type MediaMtxSetting, mediaMtxSetting } from '../setting.ts';

const SINCE = '2026-11-21T16:48:00Z';
const READER = { type: 'rtspSession', id: 'r1' };

let setting: MediaMtxSetting;

beforeEach(async () => {
  setting = await mediaMtxSetting();
  setting.server.feed('old', { since: SINCE, bytes: 1 });
  await setting.start();
});

afterEach(() => setting.stop());

const told = () =>
  setting.told.filter(({ id }) => id === null).map(({ event, details }) => `${event} ${details['path']}`);

it('are told when it begins, is read, and is gone, each once', async () => {
  const { server, poll } = setting;
  server.feed('new', { since: SINCE, bytes: 1 });
  await poll();
  server.feed('new', { since: SINCE, bytes: 2, readers: [READER] });
  await poll();
  await poll();
  server.forget('new');
  await poll(10_000);
  expect(told()).toEqual(['ready new', 'read new', 'unread new', 'notReady new']);
  expect(setting.told.at(-1)).toMatchObject({
    id: null,
    event: 'notReady',
    details: { name: null, enabled: null, path: 'new', query: '', sourceType: 'rtspSession', sourceId: 'source-1' },
  });
});

it('rise in number, over a restart of ours too', async () => {
  const { server, poll, reborn } = setting;
  server.feed('new', { since: SINCE, bytes: 1 });
  await poll();
  await reborn();
  server.forget('new');
  await poll();
  const [first, second] = setting.told.map(({ details }) => Number(details['seq']));
  expect(told()).toEqual(['ready new', 'notReady new']);
  expect(second).toBeGreaterThan(Number(first));
});

it('are not told of what was there when we came, until it changes', async () => {
  const { server, poll } = setting;
  await poll();
  expect(told()).toEqual([]);
  server.forget('old');
  await poll();
  expect(told()).toEqual(['notReady old']);
});

it('change hands with the path: a camera takes it over and leaves it without an event of nobody', async () => {
  const { server, poll, add, change, events } = setting;
  await add('old');
  expect(events()).toEqual(['ready']);
  await change('1', { mtxPath: 'elsewhere' });
  await poll();
  expect(events()).toEqual(['ready', 'notReady']);
  expect(told()).toEqual([]);
  server.forget('old');
  await poll();
  expect(told()).toEqual(['notReady old']);
});
