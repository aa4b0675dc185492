/** Pins what becomes of paths that stand in MediaMTX's own file, and of ours when a camera goes while nobody can be told. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { type MediaMtxSetting, mediaMtxSetting } from '../setting.ts';

const OURS = 'rtsp://root:pa55word@10.0.0.5/stream';
const THEIRS = { source: 'rtsp://their:own@10.0.0.9/', sourceOnDemand: true, maxReaders: 7, record: true };

let setting: MediaMtxSetting;
beforeEach(async () => {
  setting = await mediaMtxSetting();
});
afterEach(() => setting.stop());

const writes = () => setting.server.requests.filter((request) => !request.startsWith('GET'));

async function taken(): Promise<void> {
  setting.server.configure('mine', THEIRS);
  await setting.add('mine', { sourceType: 'rtsp', isPersistent: true }, OURS);
  await setting.start();
}

it('a path of the file keeps what is not ours, and is put back when its camera is switched off', async () => {
  await taken();
  expect(setting.server.config('mine')).toMatchObject({ ...THEIRS, source: OURS, sourceOnDemand: false });
  await setting.poll(20_000);
  expect(writes()).toEqual(['PATCH /v3/config/paths/patch/mine']);
  await setting.change('1', { isEnabled: false });
  expect(setting.server.config('mine')).toMatchObject(THEIRS);
});

it('is known for theirs after a restart of ours, and after their file was read again', async () => {
  await taken();
  await setting.reborn();
  await setting.poll(10_000);
  expect(writes()).toHaveLength(1);
  setting.server.reloadFile();
  await setting.poll(65_000);
  expect(setting.server.config('mine')).toMatchObject({ ...THEIRS, source: OURS, sourceOnDemand: false });
  await setting.change('1', { isEnabled: false });
  expect(setting.server.config('mine')).toMatchObject(THEIRS);
});

it('follows the camera to another source, and is put back as it was before the first', async () => {
  await taken();
  await setting.change('1', { sealedSourceUrl: setting.secrets.seal('rtsp://10.0.0.6/', 'uid-1') });
  expect(setting.server.config('mine')).toMatchObject({ ...THEIRS, source: 'rtsp://10.0.0.6/', sourceOnDemand: false });
  await setting.change('1', { isEnabled: false });
  expect(setting.server.config('mine')).toMatchObject(THEIRS);
});

it('what somebody writes there after us is theirs', async () => {
  await taken();
  setting.server.reloadFile();
  setting.server.configure('mine', { ...THEIRS, source: 'publisher', sourceOnDemand: false });
  await setting.change('1', { isEnabled: false });
  expect(setting.server.config('mine')).toMatchObject({ source: 'publisher', maxReaders: 7 });
});

it('a path of ours is removed when its camera goes, also when MediaMTX and we were away meanwhile', async () => {
  await setting.add('porch', { sourceType: 'rtsp' }, OURS);
  await setting.start();
  expect(setting.server.config('porch')).toMatchObject({ source: OURS });
  setting.server.lie = { status: 503, body: '{}' };
  await setting.change('1', { isEnabled: false });
  await setting.reborn();
  expect(setting.server.config('porch')).toMatchObject({ source: OURS });
  setting.server.lie = undefined;
  await setting.poll(10_000);
  expect(setting.server.config('porch')).toBeUndefined();
});

it('what it refuses is a reason of the camera, without a word of its password, until it is taken', async () => {
  setting.server.refuses = (name) => name === 'porch';
  await setting.add('porch', { sourceType: 'rtsp' }, OURS);
  await setting.add('yard', { sourceType: 'rtsp' }, 'rtsp://10.0.0.7/');
  await setting.start();
  expect(setting.cameras().facts('1')).toMatchObject({ online: false, reason: 'rejected' });
  expect(setting.cameras().facts('2').reason).toBeNull();
  expect(setting.turns()).toEqual(['offline rejected']);
  expect(JSON.stringify(setting.log.lines)).not.toContain('pa55word');
  setting.server.refuses = () => false;
  await setting.change('1', { isPersistent: false });
  expect(setting.cameras().facts('1').reason).toBeNull();
});

it('a transport and a fingerprint travel with the source', async () => {
  const fingerprint = 'ab'.repeat(32);
  await setting.add('porch', { sourceType: 'rtsp', transport: 'tcp', fingerprint }, 'rtsps://10.0.0.5/');
  await setting.start();
  expect(setting.server.config('porch')).toMatchObject({ rtspTransport: 'tcp', sourceFingerprint: fingerprint });
});
