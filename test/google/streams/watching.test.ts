/** Pins how long a stream is kept up at Google's expense: while MediaMTX gets it, and not because somebody once asked. */

import { afterEach, describe, expect, it } from 'vitest';
import { CAMERAS } from '../../../src/core/cameras/records.ts';
import type { Google } from '../../../src/google/start-google.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { failure } from '../../support/google/google.ts';
import { describeRtsp, type GoogleSetting, googleSetting, locationOf } from '../google-setting.ts';

const MINUTE_MS = 60_000;

let setting: GoogleSetting;
let google: Google;
let source: string;

afterEach(() => setting.close());

async function started(options: Parameters<typeof googleSetting>[0] = {}): Promise<void> {
  setting = await googleSetting(options);
  await setting.addCredentials();
  google = await setting.start();
  const [id = ''] = await setting.addCameras(1);
  source = google.sourceUrl(id) ?? '';
}

const demand = async () => locationOf(await describeRtsp(source));
const calls = (command: string) => setting.server.calls.get(command) ?? 0;

describe('a stream that MediaMTX says nothing of', () => {
  it.each([
    ['because it never got it', { hasMediaMtx: true }, false],
    ['because there is none, whatever was known when there was', { hasMediaMtx: false }, true],
  ])(
    '%s is not extended: the demand ends with it, and Google serves nothing any more',
    async (_why, options, isReady) => {
      await started(options);
      expect(await demand()).toBeDefined();
      if (isReady) await setting.arrive();
      await setting.pass(4 * MINUTE_MS + 50_000);
      expect(setting.told()).toEqual(['demand']);
      await setting.pass(10_000);
      expect(setting.told()).toEqual(['demand', 'unDemand']);
      await setting.pass(20 * MINUTE_MS);
      expect(calls('ExtendRtspStream')).toBe(0);
      expect(setting.server.streams.open).toBe(0);
      expect(setting.camera('1')?.expiresAt).toBe(null);
    },
  );

  it('is extended after all when somebody asks for it again, as after a break of the connection', async () => {
    await started();
    const first = await demand();
    await setting.pass(4 * MINUTE_MS);
    expect(await demand()).toBe(first);
    await setting.pass(MINUTE_MS);
    expect(calls('ExtendRtspStream')).toBe(1);
    expect(calls('GenerateRtspStream')).toBe(1);
    expect(setting.told()).toEqual(['demand', 'extended']);
  });

  it('nor gets from Google is demanded for a minute after it was last asked for', async () => {
    await started();
    setting.server.intercept = (operation) =>
      operation === 'GenerateRtspStream' ? failure(503, 'UNAVAILABLE') : undefined;
    for (const _attempt of [1, 2, 3]) {
      expect(await demand()).toBeUndefined();
      await setting.pass(50_000);
    }
    expect(setting.told()).toEqual(['demand']);
    await setting.pass(10_000);
    expect(setting.told()).toEqual(['demand', 'unDemand']);
  });

  it('is demanded no more also where that could not be stored at first, as while NATS chooses a leader', async () => {
    await started({ hasMediaMtx: false });
    setting.server.intercept = (operation) =>
      operation === 'GenerateRtspStream' ? failure(503, 'UNAVAILABLE') : undefined;
    await demand();
    const { observe } = setting.cameras;
    setting.cameras.observe = async () => ({ events: [], seq: 0, isRefused: true });
    await setting.pass(MINUTE_MS + 1000);
    setting.cameras.observe = observe;
    await setting.pass(MINUTE_MS);
    expect(setting.told()).toEqual(['demand', 'unDemand']);
  });

  it('was demanded before our own start: that ends when nobody asks again', async () => {
    await started({ hasMediaMtx: false });
    await demand();
    await google.close();
    google = await setting.start();
    await setting.pass(MINUTE_MS);
    expect(setting.told()).toEqual(['demand', 'unDemand']);
  });
});

it('a stream is to be had, and stopped, also while nothing can be stored, as while NATS chooses a leader', async () => {
  await started();
  const { commit } = setting.store;
  setting.store.commit = () => Promise.reject(new ApiError('unavailable'));
  expect(await demand()).toBeDefined();
  expect(calls('GenerateRtspStream')).toBe(1);
  await google.streams.release('1');
  setting.store.commit = commit;
  expect([calls('StopRtspStream'), setting.server.streams.open]).toEqual([1, 0]);
});

describe('a persistent camera of Google', () => {
  async function persistent(): Promise<void> {
    await started();
    const row = setting.camera('1');
    if (row) await setting.store.commit((tx) => tx.collection(CAMERAS).put({ ...row, isPersistent: true }));
  }

  it('is kept up with nobody demanding it: that MediaMTX asks is nobody', async () => {
    await persistent();
    await demand();
    await setting.arrive();
    await setting.pass(30 * MINUTE_MS);
    expect(new Set(setting.told())).toEqual(new Set(['extended']));
    expect(setting.server.streams.open).toBe(1);
  });

  it('goes on when a demand from before ends, and ends when MediaMTX gets it no more', async () => {
    await persistent();
    await demand();
    await setting.cameras.observe('1', { kind: 'demand', at: 'now' });
    await setting.arrive();
    await setting.cameras.observe('1', { kind: 'unDemand', at: 'now' });
    await setting.settled();
    expect(calls('StopRtspStream')).toBe(0);
    await setting.cameras.observe('1', { kind: 'notReady', at: 'now' });
    await setting.pass(10 * MINUTE_MS);
    expect(calls('ExtendRtspStream')).toBe(0);
    expect(setting.server.streams.open).toBe(0);
  });
});
