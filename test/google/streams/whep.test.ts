/** Pins the WHEP endpoint as MediaMTX's client uses it: OPTIONS, POST, DELETE, over HTTP; Google's side is a strict stand-in. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../support/google/google.ts';
import { type GoogleSetting, googleSetting } from '../google-setting.ts';
import { OFFER } from './sdp-offer.ts';

let setting: GoogleSetting;
let source: string;

beforeEach(async () => {
  setting = await googleSetting();
  await setting.addCredentials();
  const google = await setting.start();
  const [id = ''] = await setting.addCameras(1, 'WEB_RTC');
  source = (google.sourceUrl(id) ?? '').replace('whep:', 'http:');
});

afterEach(() => setting.close());

const offer = (body = OFFER, type = 'application/sdp') =>
  fetch(source, { method: 'POST', headers: { 'content-type': type }, body });

/** Where the session that was just opened ends. */
const locationOf = (response: Response) => new URL(response.headers.get('location') ?? '', source);

describe('a WebRTC camera of Google over WHEP', () => {
  it('does not offer to take candidates later', async () => {
    const response = await fetch(source, { method: 'OPTIONS' });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-methods')).toBe('OPTIONS, POST, DELETE');
  });

  it('answers an offer, which is a demand', async () => {
    const response = await offer();
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('application/sdp');
    expect(await response.text()).toContain('a=group:BUNDLE 0 1');
    expect(setting.told()).toEqual(['demand']);
  });

  it('is extended while it is watched', async () => {
    await offer();
    await setting.arrive();
    await setting.pass(20 * 60_000);
    expect(setting.server.calls.get('ExtendWebRtcStream')).toBeGreaterThan(3);
    expect(setting.server.streams.open).toBe(1);
    expect(setting.server.faults).toEqual([]);
  });

  it('is given up by DELETE, which ends the demand', async () => {
    const location = locationOf(await offer());
    expect((await fetch(location, { method: 'DELETE' })).status).toBe(200);
    await setting.pass(10 * 60_000);
    expect(setting.told()).toEqual(['demand', 'unDemand']);
    expect(setting.server.calls.get('StopWebRtcStream')).toBe(1);
    expect(setting.server.streams.open).toBe(0);
    expect((await fetch(location, { method: 'DELETE' })).status).toBe(404);
  });

  it('goes on when the end of an older session comes late', async () => {
    const first = locationOf(await offer());
    await offer();
    expect((await fetch(first, { method: 'DELETE' })).status).toBe(404);
    expect(setting.server.streams.open).toBe(1);
    expect(setting.told()).toEqual(['demand']);
  });

  it('is 503 while Google will not serve it, and Google is not asked each time', async () => {
    setting.server.intercept = (operation) =>
      operation === 'GenerateWebRtcStream' ? failure(409, 'ABORTED') : undefined;
    for (const _attempt of [1, 2, 3]) expect((await offer()).status).toBe(503);
    expect((await offer()).headers.get('retry-after')).toMatch(/^\d+$/);
    expect(setting.server.calls.get('GenerateWebRtcStream')).toBe(1);
  });

  it('refuses what is no offer without asking Google', async () => {
    expect((await offer('hello')).status).toBe(400);
    expect((await offer(OFFER, 'text/plain')).status).toBe(415);
    expect((await offer('v=0\r\n'.padEnd(70_000, 'a'))).status).toBe(413);
    expect((await fetch(source, { method: 'PATCH' })).status).toBe(405);
    expect((await fetch(source.replace('/whep/1/', '/whep/99/'), { method: 'POST' })).status).toBe(404);
    expect(setting.server.calls.has('GenerateWebRtcStream')).toBe(false);
    expect(setting.told()).toEqual([]);
  });
});
