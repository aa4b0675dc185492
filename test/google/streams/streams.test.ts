/** Pins the streams of Google's cameras as a media server gets them: redirected on demand, kept up, given up, and never hammered. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CAMERAS } from '../../../src/core/cameras/records.ts';
import type { Google } from '../../../src/google/start-google.ts';
import { failure } from '../../support/google/google.ts';
import { describeRtsp, type GoogleSetting, googleSetting, locationOf } from '../google-setting.ts';

const MINUTE_MS = 60_000;

let setting: GoogleSetting;
let google: Google;
let source: string;

beforeEach(async () => {
  setting = await googleSetting();
  await setting.addCredentials();
  google = await setting.start();
  const [id = ''] = await setting.addCameras(1);
  source = google.sourceUrl(id) ?? '';
});

afterEach(() => setting.close());

/** @returns where Google serves the camera */
async function demand(): Promise<string> {
  const location = locationOf(await describeRtsp(source));
  if (location === undefined) throw new Error('there was no redirection');
  return location;
}

/** The same, and MediaMTX tells that it gets the stream. @returns whether Google still serves it */
async function watch(): Promise<() => boolean> {
  const isServed = setting.server.streams.connect(await demand());
  if (!isServed) throw new Error('Google lets nobody in there');
  await setting.arrive();
  return isServed;
}

describe('a camera of Google that a media server asks for', () => {
  it('is demanded by that, and the media server is sent to where Google serves it', async () => {
    const url = await demand();
    expect(setting.server.streams.connect(url)?.()).toBe(true);
    expect(setting.told()).toEqual(['demand']);
    expect(setting.camera('1')?.expiresAt).toBe('2026-11-21T00:05:00.000+00:00');
  });

  it('is not demanded by the question what the server can do', async () => {
    expect(await describeRtsp(source, 'OPTIONS')).toMatch(/^RTSP\/1\.0 200 OK\r\nCSeq: 1\r\nPublic: /);
    expect(setting.told()).toEqual([]);
  });

  it('is extended for as long as it is watched, and each time that is told', async () => {
    const isServed = await watch();
    await setting.pass(60 * MINUTE_MS);
    expect(isServed()).toBe(true);
    const extended = setting.events.filter(({ event }) => event === 'extended');
    expect(extended.length).toBe(setting.server.calls.get('ExtendRtspStream'));
    expect(extended.length).toBeGreaterThan(10);
    expect(extended[0]).toMatchObject({
      domain: 'camera',
      entity: 1,
      details: { name: 'Camera d0', expiresAt: '2026-11-21T00:08:45.000Z' },
    });
    expect(setting.server.faults).toEqual([]);
  });

  it('that is asked for again after an extension is where the newest token leads', async () => {
    const first = await demand();
    await setting.arrive();
    await setting.pass(4 * MINUTE_MS);
    const second = await demand();
    expect(second).not.toBe(first);
    expect(setting.server.streams.connect(second)).toBeDefined();
    expect(setting.server.calls.get('GenerateRtspStream')).toBe(1);
  });

  it('is stopped when nobody demands it any more, and not extended then', async () => {
    await demand();
    await setting.cameras.observe('1', { kind: 'unDemand', at: 'now' });
    await setting.pass(10 * MINUTE_MS);
    expect(setting.server.calls.get('StopRtspStream')).toBe(1);
    expect(setting.server.calls.has('ExtendRtspStream')).toBe(false);
    expect(setting.server.streams.open).toBe(0);
    expect(setting.camera('1')?.expiresAt).toBe(null);
  });

  it('is given up when a person disables it, and when its credentials are deleted', async () => {
    await demand();
    const row = setting.camera('1');
    if (!row) throw new Error('there is no camera');
    const disabled = { ...row, isEnabled: false };
    await setting.store.commit((tx) => tx.collection(CAMERAS).put(disabled));
    await setting.cameras.change((_tx, tell) => tell('updated', disabled));
    await setting.settled();
    expect(setting.server.streams.open).toBe(0);
    await setting.store.commit((tx) => tx.collection(CAMERAS).put(row));
    await demand();
    await setting.credentialsApi(google).value({ command: 'delete', module: 'credentials', entity: '1' });
    await setting.pass(20 * MINUTE_MS);
    expect(setting.server.calls.has('ExtendRtspStream')).toBe(false);
    expect(setting.told()).toEqual(['demand', 'updated', 'unDemand', 'demand', 'removed']);
  });

  it('that runs on a battery is told not to extend, and whoever comes back gets a new stream', async () => {
    setting.server.battery.add('enterprises/b2c3-project/devices/d0');
    await watch();
    await setting.pass(5 * MINUTE_MS);
    expect(setting.events.at(-1)).toMatchObject({
      event: 'failed-extension',
      details: {
        name: 'Camera d0',
        error: { message: 'Google says FAILED_PRECONDITION', code: 'FAILED_PRECONDITION', status: 400 },
      },
    });
    expect(setting.server.calls.get('ExtendRtspStream')).toBe(1);
    expect(setting.server.streams.connect(await demand())).toBeDefined();
    expect(setting.server.faults).toEqual([]);
  });

  it('that cannot be extended for a while is told once, and extended when it can be', async () => {
    const isServed = await watch();
    setting.server.isCut = true;
    await setting.pass(3 * MINUTE_MS + 55_000);
    setting.server.isCut = false;
    await setting.pass(MINUTE_MS);
    expect(setting.told()).toEqual(['demand', 'failed-extension', 'extended']);
    expect(isServed()).toBe(true);
  });

  it('whose stream ran out while Google was out of reach is never extended: the next one is new', async () => {
    await watch();
    setting.server.isCut = true;
    await setting.pass(6 * MINUTE_MS);
    setting.server.isCut = false;
    await setting.pass(5 * MINUTE_MS);
    expect(setting.server.calls.has('ExtendRtspStream')).toBe(false);
    expect(setting.camera('1')?.expiresAt).toBe(null);
    expect(setting.server.streams.connect(await demand())).toBeDefined();
  });

  it('whose stream ran out while the machine slept is not extended on waking, and that it failed is told', async () => {
    await watch();
    setting.clock.sleep(6 * MINUTE_MS);
    await setting.pass(1000);
    expect(setting.server.calls.has('ExtendRtspStream')).toBe(false);
    expect(setting.events.at(-1)).toMatchObject({
      event: 'failed-extension',
      details: { error: { code: 'DEADLINE_EXCEEDED', status: 504 } },
    });
    expect(setting.server.streams.connect(await demand())).toBeDefined();
    expect(setting.server.faults).toEqual([]);
  });

  it('whose stream ran out while the login was renewed is not extended any more', async () => {
    await watch();
    setting.server.expireAccess();
    setting.server.intercept = (operation) => {
      if (operation === 'token') setting.clock.sleep(2 * MINUTE_MS);
      return undefined;
    };
    await setting.pass(4 * MINUTE_MS);
    expect(setting.server.calls.get('token')).toBe(1);
    expect(setting.server.calls.get('ExtendRtspStream')).toBe(1);
    expect(setting.server.faults).toEqual([]);
  });

  it('that Google will not serve is asked for at Google ever more rarely, however often the media server asks', async () => {
    setting.server.intercept = (operation) =>
      operation === 'GenerateRtspStream' ? failure(503, 'UNAVAILABLE') : undefined;
    for (let elapsed = 0; elapsed < 10 * MINUTE_MS; elapsed += 5000) {
      expect(await describeRtsp(source)).toMatch(/^RTSP\/1\.0 503 Service Unavailable\r\nCSeq: 1\r\n/);
      await setting.pass(5000);
    }
    expect(setting.server.calls.get('GenerateRtspStream')).toBeLessThan(16);
    expect(setting.told()).toEqual(['demand']);
  });

  it('is left alone for a minute at least after Google said that it was asked too often', async () => {
    setting.server.intercept = (operation) =>
      operation === 'GenerateRtspStream' ? failure(429, 'RESOURCE_EXHAUSTED') : undefined;
    await describeRtsp(source);
    await setting.pass(MINUTE_MS - 1000);
    expect(await describeRtsp(source)).toMatch(/503 Service Unavailable\r\nCSeq: 1\r\nRetry-After: \d+\r\n/);
    expect(setting.server.calls.get('GenerateRtspStream')).toBe(1);
  });

  it('is asked for once more, and no oftener, when Google refuses a token before its time', async () => {
    setting.server.expireAccess();
    await demand();
    expect(setting.server.calls.get('GenerateRtspStream')).toBe(2);
    expect(setting.server.calls.get('token')).toBe(1);
    setting.server.intercept = (operation) =>
      operation.endsWith('Stream') ? failure(401, 'UNAUTHENTICATED') : undefined;
    await setting.cameras.observe('1', { kind: 'unDemand', at: 'now' });
    await setting.settled();
    await describeRtsp(source);
    expect(setting.server.calls.get('GenerateRtspStream')).toBe(4);
  });

  it('whose address is brought back at once must have been of no use: after a pause there is another', async () => {
    const first = await demand();
    await setting.pass(5000);
    expect(await describeRtsp(source)).toContain('503 Service Unavailable');
    await setting.pass(10_000);
    expect(await demand()).not.toBe(first);
    expect(setting.server.calls.get('StopRtspStream')).toBe(1);
  });

  it('has one stream, however many ask at one moment', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => describeRtsp(source)));
    expect(new Set(answers.map(locationOf)).size).toBe(1);
    expect(setting.server.calls.get('GenerateRtspStream')).toBe(1);
  });

  it('is not found when it is disabled, unknown, or asked for in words that are no RTSP', async () => {
    const unknown = source.replace('/cam/1/', '/cam/99/');
    expect(await describeRtsp(unknown)).toMatch(/^RTSP\/1\.0 404 Not Found/);
    expect(await describeRtsp(source, 'PLAY')).toMatch(/^RTSP\/1\.0 405/);
    expect(await describeRtsp(source, 'nonsense')).toMatch(/^RTSP\/1\.0 400/);
    expect(setting.told()).toEqual([]);
    expect(setting.server.calls.has('GenerateRtspStream')).toBe(false);
  });
});

describe('twelve cameras that are all wanted at once', () => {
  it('stay within what Google allows: some wait for the next minute, none is refused by Google', async () => {
    const ids = await setting.addCameras(12);
    const up = new Set<string>();
    for (let elapsed = 0; elapsed < 3 * MINUTE_MS && up.size < ids.length; elapsed += 5000) {
      for (const id of ids.filter((wanted) => !up.has(wanted))) {
        if (locationOf(await describeRtsp(google.sourceUrl(id) ?? '')) !== undefined) up.add(id);
      }
      if (elapsed === 0) expect(up.size).toBe(7);
      await setting.pass(5000);
    }
    expect(up.size).toBe(12);
    expect(setting.server.faults).toEqual([]);
  });
});
