/** Pins who is let in where Google's cameras are: whoever has the key of a camera, for that camera; and where the door is. */

import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CREDENTIALS } from '../../../src/core/google/credentials.ts';
import type { Google } from '../../../src/google/start-google.ts';
import { hostIn } from '../../../src/google/streams/doors.ts';
import { describeRtsp, type GoogleSetting, googleSetting, locationOf } from '../google-setting.ts';
import { OFFER } from './sdp-offer.ts';

let setting: GoogleSetting;
let google: Google;

beforeEach(async () => {
  setting = await googleSetting();
  await setting.addCredentials();
  google = await setting.start();
});

afterEach(() => setting.close());

const source = (id: string) => google.sourceUrl(id) ?? '';

describe('the address of a camera', () => {
  it('is of no use without its key, or with that of another camera', async () => {
    await setting.addCameras(2);
    const [, key = ''] = /\/cam\/1\/([\w-]{43})$/.exec(source('1')) ?? [];
    for (const wrong of ['', '/', `/${key.slice(1)}`, `/${key}a`, `/${key.toLowerCase()}`]) {
      const url = source('1').replace(`/${key}`, wrong);
      expect(await describeRtsp(url)).toMatch(/^RTSP\/1\.0 404 Not Found/);
    }
    expect(await describeRtsp(source('2').replace('/cam/2/', '/cam/1/'))).toMatch(/^RTSP\/1\.0 404/);
    expect(setting.told()).toEqual([]);
    expect(locationOf(await describeRtsp(`${source('1')}/?token=1`))).toBeDefined();
  });

  it('is of no use over WHEP either', async () => {
    await setting.addCameras(1, 'WEB_RTC');
    const headers = { 'content-type': 'application/sdp' };
    const ask = async (url: string) =>
      (await fetch(url.replace('whep:', 'http:'), { method: 'POST', headers, body: OFFER })).status;
    expect(await ask(source('1').replace(/[\w-]{43}$/, 'a'.repeat(43)))).toBe(404);
    expect(await ask(source('1').replace(/\/[\w-]{43}$/, ''))).toBe(404);
    expect(await ask(source('1'))).toBe(201);
  });

  it('stays the same over a restart, so that no media server has to be told another', async () => {
    const [id = ''] = await setting.addCameras(1);
    const before = source(id);
    await google.close();
    google = await setting.start();
    expect(source(id)).toBe(before);
  });

  it('leads to another port where somebody else has taken the old one', async () => {
    const [id = ''] = await setting.addCameras(1);
    const before = source(id);
    const other = await setting.start();
    expect(other.sourceUrl(id)).not.toBe(before);
    await google.close();
  });

  it('is none while its credentials are not authorised', async () => {
    const [id = ''] = await setting.addCameras(1);
    const at = source(id);
    await setting.store.commit((tx) => {
      const row = tx.collection(CREDENTIALS).get('1');
      if (row) tx.collection(CREDENTIALS).put({ ...row, sealedTokens: null });
    });
    expect(google.sourceUrl(id)).toBeUndefined();
    expect(await describeRtsp(at)).toMatch(/^RTSP\/1\.0 404/);
  });
});

it.each([
  ['127.0.0.1', undefined, '127.0.0.1'],
  ['::1', undefined, '[::1]'],
  ['0.0.0.0', undefined, hostname()],
  ['::', 'bridge', 'bridge'],
  ['0.0.0.0', 'fd00::7', '[fd00::7]'],
])('a door at %s that is called %s is told as %s', (host, told, expected) => {
  expect(hostIn({ host, port: 0 }, told)).toBe(expected);
});
