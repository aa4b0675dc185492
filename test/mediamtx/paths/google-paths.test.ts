/** Pins that cameras of Google are paths of MediaMTX while they are to be had, and at no other time. */

import { afterEach, expect, it } from 'vitest';
import { VERSIONS } from '../../support/cameras/mediamtx-shapes.ts';
import { type MediaMtxSetting, mediaMtxSetting } from '../setting.ts';

const RTSP = 'rtsp://127.0.0.1:49152/cam/1/key-of-the-first';
const WHEP = 'whep://127.0.0.1:49153/whep/2/key-of-the-second';

let setting: MediaMtxSetting;
afterEach(() => setting?.stop());

async function started(version: keyof typeof VERSIONS = '1.20') {
  setting = await mediaMtxSetting({ version: VERSIONS[version] });
  setting.googleUrls.set('1', RTSP).set('2', WHEP);
  await setting.add('porch', { sourceType: 'google', credentialId: 1 });
  await setting.add('bell', { sourceType: 'google', credentialId: 1, isPersistent: true });
  await setting.start();
  return setting;
}

it('are pulled over RTSP or WHEP, with the time that Google takes', async () => {
  const { server } = await started();
  const common = { runOnDemand: '', runOnUnDemand: '', sourceOnDemandStartTimeout: '30s' };
  expect(server.config('porch')).toEqual({ ...common, source: RTSP, sourceOnDemand: true, rtspTransport: 'tcp' });
  expect(server.config('bell')).toEqual({
    ...common,
    source: WHEP,
    sourceOnDemand: false,
    whepHandshakeTimeout: '30s',
  });
});

it('are refused over WHEP by a version that is too old for it, and the log that says so holds no key', async () => {
  const { server, log } = await started('1.16');
  expect(server.config('porch')).toMatchObject({ source: RTSP });
  expect(server.config('bell')).toBeUndefined();
  expect(log.visible()).toContain('warn: MediaMTX does not take a path');
  expect(JSON.stringify(log.lines)).not.toContain('key-of');
});

it('are refused in words that quote the address, and these reach no log', async () => {
  setting = await mediaMtxSetting();
  setting.googleUrls.set('1', RTSP.replace('49152', 'no-port'));
  await setting.add('porch', { sourceType: 'google', credentialId: 1 });
  await setting.start();
  const [line] = setting.log.lines.filter(({ level }) => level === 'warn');
  expect(line?.fields['reason']).toBe("MediaMTX answers with HTTP 400: 'its source' is not a valid URL");
  expect(JSON.stringify(setting.log.lines)).not.toContain('key-of');
});

it('are dropped when the authorisation is lost, and come back with it', async () => {
  const { server, googleUrls, credentials } = await started();
  googleUrls.clear();
  await credentials('unauthenticated');
  expect([server.config('porch'), server.config('bell')]).toEqual([undefined, undefined]);
  googleUrls.set('1', RTSP);
  await credentials('authenticated');
  expect(server.config('porch')).toMatchObject({ source: RTSP });
  expect(server.config('bell')).toBeUndefined();
});

it('are told where to go now, and written at no other time', async () => {
  const { server, googleUrls, change, poll } = await started();
  const writes = () => server.requests.filter((request) => !request.startsWith('GET'));
  await poll(120_000);
  expect(writes()).toHaveLength(2);
  googleUrls.set('1', RTSP.replace('49152', '49999'));
  await change('1', {});
  expect(writes().slice(2)).toEqual(['POST /v3/config/paths/replace/porch']);
  expect(server.config('porch')).toMatchObject({ source: RTSP.replace('49152', '49999') });
});

it('are listed with their source before anybody asked for them, and that is no feed', async () => {
  const { poll, events, cameras } = await started();
  await poll();
  expect(events()).toEqual([]);
  expect(cameras().facts('1').ready).toBe(false);
});
