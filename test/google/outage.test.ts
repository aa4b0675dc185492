/** Pins that a Google that is gone is one event and its cameras are unknown, not down; and that what it says of a camera's own connection counts. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Google } from '../../src/google/start-google.ts';
import { ApiError } from '../../src/protocol/api-error.ts';
import { failure, googleDevice } from '../support/google/google.ts';
import { type GoogleSetting, googleSetting, PROJECT } from './google-setting.ts';

const GRACE_MS = 30_000;
/** With the pauses between two questions. */
const TOLD_MS = 70_000;
const MINUTE_MS = 60_000;

let setting: GoogleSetting;
let google: Google;

beforeEach(async () => {
  setting = await googleSetting();
  await setting.addCredentials();
  google = await setting.start();
  await setting.addCameras(3);
});

afterEach(() => setting.close());

const sync = async () => {
  await google.jobs[0]?.run()?.catch(() => undefined);
  await setting.settled();
};
const sources = () =>
  setting.events
    .filter(({ domain }) => domain === 'source')
    .map(({ event, details }) => [event, details['source'], details['reason'], details['cameras']]);
const turns = () =>
  setting.events
    .filter(({ domain, event }) => domain === 'camera' && (event === 'offline' || event === 'online'))
    .map(({ event, entity, details }) => `${event} ${entity} ${details['reason']}`);
const state = (id: number) => setting.cameras.state(id);

describe('a Google that cannot be reached', () => {
  it('is one event with the number of cameras, which are unknown and not down; so is its return', async () => {
    setting.server.isCut = true;
    await sync();
    await setting.pass(GRACE_MS - 1000);
    expect(sources()).toEqual([]);
    await setting.pass(TOLD_MS - GRACE_MS);
    expect(sources()).toEqual([['offline', 'google', 'google-unreachable', 3]]);
    for (const id of [1, 2, 3]) expect(state(id)).toMatchObject({ online: null, reason: 'google-unreachable' });
    await setting.pass(60 * MINUTE_MS);
    setting.server.isCut = false;
    await setting.pass(2 * MINUTE_MS);
    expect(sources().slice(1)).toEqual([['online', 'google', 'google-unreachable', 0]]);
    for (const id of [1, 2, 3]) expect(state(id)).toMatchObject({ online: null, reason: null });
    expect(turns()).toEqual([]);
  });

  it.each(['a stream', 'a login'])('is found out by whoever needs %s', async (what) => {
    setting.server.isCut = true;
    if (what === 'a stream') await google.streams.rtspUrl('1');
    else await setting.pass(60 * MINUTE_MS);
    await setting.pass(TOLD_MS);
    expect(sources()).toHaveLength(1);
  });

  it('says nothing while it is back within half a minute, or fails for one camera alone', async () => {
    setting.server.isCut = true;
    await sync();
    await setting.pass(10_000);
    setting.server.isCut = false;
    setting.server.intercept = (operation) =>
      operation === 'GenerateRtspStream' ? failure(503, 'UNAVAILABLE') : undefined;
    await google.streams.rtspUrl('1');
    await setting.pass(10 * MINUTE_MS);
    expect(sources()).toEqual([]);
  });

  it('is known also where another bridge has found it out, until that one says that it is back', () => {
    const [at, details] = [
      new Date(setting.clock.now()).toISOString(),
      { source: 'google', reason: 'google-unreachable' },
    ];
    const tell = (event: 'offline' | 'online') =>
      setting.bus.emit('event', { domain: 'source', event, entity: null, details, at });
    const doubt = () => {
      const camera = setting.camera('1');
      return camera && google.doubtOf(camera);
    };
    tell('offline');
    expect(doubt()).toBe('google-unreachable');
    tell('online');
    expect(doubt()).toBeUndefined();
  });

  it('is known also to who comes later, as after a restart, until it is back', async () => {
    setting.server.isCut = true;
    await sync();
    await setting.pass(TOLD_MS);
    await google.close();
    google = await setting.start();
    const doubt = () => {
      const camera = setting.camera('1');
      return camera && google.doubtOf(camera);
    };
    expect(doubt()).toBe('google-unreachable');
    setting.server.isCut = false;
    await setting.pass(2 * MINUTE_MS);
    expect(doubt()).toBeUndefined();
    expect(sources().map(([event]) => event)).toEqual(['offline', 'online']);
  });

  it('is told also where that could not be stored when it was found out, as while NATS chooses a leader', async () => {
    const { commit } = setting.store;
    setting.server.isCut = true;
    await sync();
    setting.store.commit = () => Promise.reject(new ApiError('unavailable'));
    await setting.pass(TOLD_MS);
    expect(sources()).toEqual([]);
    setting.store.commit = commit;
    await setting.pass(2 * MINUTE_MS);
    expect(sources()).toEqual([['offline', 'google', 'google-unreachable', 3]]);
  });

  it('leaves a feed alone that goes on', async () => {
    await setting.arrive('1');
    setting.server.isCut = true;
    await sync();
    await setting.pass(TOLD_MS);
    expect(state(1)).toMatchObject({ ready: true, online: true, reason: null });
    expect(state(2)).toMatchObject({ online: null, reason: 'google-unreachable' });
  });

  it('and has ended the login meanwhile, is gone for another reason when it is back', async () => {
    setting.server.isCut = true;
    await sync();
    await setting.pass(TOLD_MS);
    setting.server.isCut = false;
    setting.server.revoke();
    await setting.pass(5 * MINUTE_MS);
    expect(setting.isAuthorised()).toBe(false);
    expect(sources()).toEqual([
      ['offline', 'google', 'google-unreachable', 3],
      ['online', 'google', 'google-unreachable', 0],
      ['offline', 'google', 'google-login', 3],
    ]);
  });
});

describe('what Google says of the connection of a camera', () => {
  const list = (status: string | undefined) => {
    const devices = ['d0', 'd1', 'd2'].map((id) => googleDevice(PROJECT, id));
    const [first, ...others] = devices;
    const connectivity = status === undefined ? {} : { 'sdm.devices.traits.Connectivity': { status } };
    setting.server.devices = [{ ...first, traits: { ...first?.traits, ...connectivity } }, ...others];
    return sync();
  };

  it('makes it down, and up again, and nothing of others', async () => {
    await list('OFFLINE');
    expect(state(1)).toMatchObject({ online: false, reason: 'unreachable' });
    expect(state(2)).toMatchObject({ online: null, reason: null });
    await list('OFFLINE');
    await list('ONLINE');
    expect(state(1)).toMatchObject({ online: true, reason: null });
    expect(turns()).toEqual(['offline 1 unreachable', 'online 1 unreachable']);
  });

  it.each([undefined, 'SOMETHING'])('means nothing where it is %s', async (status) => {
    await list(status);
    expect(state(1)).toMatchObject({ online: null, reason: null });
    expect(turns()).toEqual([]);
  });

  it('is unknown while Google cannot be reached', async () => {
    await list('OFFLINE');
    setting.server.isCut = true;
    await sync();
    await setting.pass(TOLD_MS);
    expect(state(1)).toMatchObject({ online: null, reason: 'google-unreachable' });
    setting.server.isCut = false;
    await setting.pass(2 * MINUTE_MS);
    expect(state(1)).toMatchObject({ online: false, reason: 'unreachable' });
    expect(turns()).toEqual(['offline 1 unreachable']);
  });
});
