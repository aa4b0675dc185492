/** Pins what `cameras.update` changes of a camera without losing it, what could become one, and quiet. */

import { tmpdir } from 'node:os';
import { beforeEach, describe, expect, it } from 'vitest';
import { createBus } from '../../src/core/bus.ts';
import { createCameras } from '../../src/core/cameras/cameras.ts';
import { NO_CAMERA_CONTROL } from '../../src/core/cameras/control.ts';
import { CAMERAS } from '../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import { createHistory } from '../../src/core/outages/history.ts';
import { camerasModule } from '../../src/modules/cameras/cameras.ts';
import { ApiError } from '../../src/protocol/api-error.ts';
import type { BridgeEvent, CameraState } from '../../src/protocol/events.ts';
import { openSecrets } from '../../src/secrets/open-secrets.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { moduleApi } from '../support/api/modules.ts';
import { manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

const secrets = await openSecrets({ dir: tmpdir(), appKey: 'k'.repeat(32) });
const URL_BEFORE = 'rtsp://root:first@10.0.0.5/a';

function cameraSetting() {
  const clock = manualClock();
  const log = recordingLog();
  const store = memoryStore(COLLECTIONS);
  const bus = createBus(log);
  const events: BridgeEvent[] = [];
  const states: (CameraState | null)[] = [];
  bus.on('event', (event) => events.push(event));
  bus.on('cameraState', ({ state }) => states.push(state));
  const cameras = createCameras(store, bus, clock, log);
  const history = createHistory({ store, bus, clock, log, cameras });
  history.start();
  const acts: string[] = [];
  const path = { src: '', ready: true, uptime: null, tracks: 1, dataRx: 0, dataTx: 0, consumers: 0 };
  const control = {
    carriesStreams: true,
    can: () => true,
    refuses: false,
    act: async (_camera: unknown, action: string) => {
      acts.push(action);
      if (control.refuses) throw new ApiError('unavailable', { message: 'no' });
    },
    media: {
      list: () => ['door', 'live/yard', 'attic'].map((name) => ({ ...path, path: name })),
      get: () => undefined,
    },
  };
  const publicHost = { configured: 'cams.example', fallback: 'x' };
  const renewed: string[] = [];
  const renewPicture = async (id: string) => void renewed.push(id);
  const api = moduleApi(camerasModule({ store, secrets, clock, cameras, history, control, renewPicture, publicHost }));
  const update = (payload: object, entity = '1') =>
    ({ command: 'update', module: 'cameras', entity, payload: { ...payload } }) as const;
  const read = (entity = '1') => api.value({ command: 'read', module: 'cameras', entity });
  const create = (payload: object) => api.value({ command: 'create', module: 'cameras', payload: { ...payload } });
  const record = () => store.collection(CAMERAS).get('1');
  return { api, clock, bus, events, states, cameras, control, acts, renewed, update, read, create, record };
}

let setting: ReturnType<typeof cameraSetting>;
beforeEach(async () => {
  setting = cameraSetting();
  await setting.create({
    ...{
      name: 'Door',
      mtx_path: 'door',
      is_enabled: true,
      source: { type: 'rtsp', url: URL_BEFORE, transport: 'tcp' },
    },
  });
});

describe('a camera that is changed', () => {
  it('keeps its id and gets another name, room, path, expectation and permission to be looked at', async () => {
    const { api, update, read } = setting;
    const changes = { name: 'Front door', room: 'Hall', mtx_path: 'live/front', expected: 'always', probe: false };
    await api.value(update(changes));
    expect(await read()).toMatchObject({ id: 1, ...changes });
    await api.value(update({ expected: null, probe: true }));
    expect(await read()).toMatchObject({ name: 'Front door', expected: null, probe: true });
  });

  it('gets another source, sealed, and forgets what was seen of the one before', async () => {
    const { api, update, read, record, cameras, events } = setting;
    await cameras.observe('1', { kind: 'ready', at: '2026-11-21T10:00:00.000Z' });
    await api.value(update({ source: { type: 'rtsp', url: 'rtsp://root:second@10.0.0.6/b' } }));
    const { sealedSourceUrl, uid = '' } = record() ?? {};
    expect(secrets.open(sealedSourceUrl ?? '', uid)).toBe('rtsp://root:second@10.0.0.6/b');
    expect(record()).not.toHaveProperty('transport');
    expect(await read()).toMatchObject({ source: { url: 'rtsp://10.0.0.6/b' }, online: null });
    expect(events.map(({ event }) => event)).toEqual(['created', 'ready', 'updated', 'notReady']);
  });

  it('and is written back as it was read keeps what was not shown of its URL', async () => {
    const { api, update, read, record } = setting;
    const url = () => secrets.open(record()?.sealedSourceUrl ?? '', record()?.uid ?? '');
    const before = Object(await read());
    await api.value(update({ ...before, room: 'Hall' }));
    expect([url(), record()]).toMatchObject([URL_BEFORE, { room: 'Hall', transport: 'tcp' }]);
    await api.value(update({ source: { ...before.source, transport: null } }));
    expect([url(), await read()]).toMatchObject([URL_BEFORE, { source: { transport: null, fingerprint: null } }]);
    await api.value(update({ source: { type: 'rtsp', url: before.source.url } }));
    expect(url()).toBe('rtsp://10.0.0.5/a');
  });

  it.each([
    ['a name of blanks', { name: '  ' }],
    ['a name with a line break', { name: 'a\nb' }],
    ['a path that MediaMTX keeps for itself', { mtx_path: 'all_others' }],
    ['a path that is an expression', { mtx_path: '~^door' }],
    ['a path that climbs', { mtx_path: 'a/../b' }],
    ['a path with a slash at its end', { mtx_path: 'a/' }],
    ['a URL without a host', { source: { type: 'rtsp', url: 'rtsp:///a' } }],
    ['the port 0', { source: { type: 'rtsp', url: 'rtsp://10.0.0.5:0/a' } }],
    ['a URL of another kind', { source: { type: 'srt', url: 'rtsp://10.0.0.5/' } }],
    ['a day that does not exist', { quietUntil: '2026-13-40T00:00:00Z' }],
  ])('does not take %s', async (_what, changes) => {
    const { api, update, record } = setting;
    const before = record();
    expect(['invalid_payload', 'invalid_url']).toContain((await api.error(update(changes))).code);
    expect(record()).toEqual(before);
  });

  it.each([
    ['rtsps', 'rtsps://10.0.0.5/a', 'rtsp'],
    ['rtmp', 'rtmp://10.0.0.5/live', 'rtmp'],
    ['hls', 'https://10.0.0.5/live.m3u8', 'hls'],
    ['srt', 'srt://10.0.0.5:8890?streamid=x', 'srt'],
    ['udp', 'udp://239.0.0.1:1234', 'udp'],
    ['whep', 'https://10.0.0.5/whep', 'whep'],
  ])('takes %s', async (_name, url, type) => {
    const { api, update, read } = setting;
    await api.value(update({ source: { type, url } }));
    expect(await read()).toMatchObject({ source: { type } });
  });
});

describe('the picture of a camera', () => {
  it('is published as its record says, and null goes back to what is set for all', async () => {
    expect(await setting.read()).toMatchObject({ snapshots: null, snapshotInterval: null });
    await setting.api.value(setting.update({ snapshots: false, snapshotInterval: 60 }));
    expect(await setting.read()).toMatchObject({ snapshots: false, snapshotInterval: 60 });
    await setting.api.value(setting.update({ name: 'Gate' }));
    expect(setting.record()).toMatchObject({ snapshots: false, snapshotInterval: 60 });
    await setting.api.value(setting.update({ snapshots: null, snapshotInterval: null }));
    expect(setting.record()).not.toHaveProperty('snapshots');
    expect(setting.record()).not.toHaveProperty('snapshotInterval');
  });

  it('is renewed by an action that neither reaches the stream nor starts one that was stopped', async () => {
    await setting.api.value(setting.update({ action: 'stop' }));
    await setting.api.value(setting.update({ action: 'snapshot' }));
    expect([setting.renewed, setting.acts]).toEqual([['1'], ['stop']]);
    expect(setting.record()).toMatchObject({ isStopped: true });
  });
});

describe('stop', () => {
  it('holds until start, or until somebody switches it on', async () => {
    const { api, update, read, acts } = setting;
    await api.value(update({ action: 'stop' }));
    expect(await read()).toMatchObject({ status: 'stopped', is_enabled: true });
    await api.value(update({ name: 'Still' }));
    expect(await read()).toMatchObject({ status: 'stopped' });
    await api.value(update({ action: 'start' }));
    expect(await read()).toMatchObject({ status: 'dead' });
    await api.value(update({ action: 'stop' }));
    await api.value(update({ is_enabled: true }));
    expect(await read()).toMatchObject({ status: 'dead' });
    expect(acts).toEqual(['stop', 'start', 'stop']);
  });

  it('is not said of what could not be stopped', async () => {
    const { api, update, control, read } = setting;
    control.refuses = true;
    expect(await api.error(update({ action: 'stop' }))).toMatchObject({ code: 'unavailable' });
    expect(await read()).toMatchObject({ status: 'dead' });
    expect(NO_CAMERA_CONTROL.carriesStreams).toBe(false);
  });
});

describe('paths that are no camera yet', () => {
  it('are listed, and become one by one call', async () => {
    const { api, create } = setting;
    const list = (adoptable: unknown = true) =>
      api.value({ command: 'list', module: 'cameras', payload: { adoptable } });
    expect(await list()).toMatchObject({
      total: 2,
      items: [{ mtx_path: 'live/yard', stream_ready: true, source: '' }, { mtx_path: 'attic' }],
    });
    await create({ name: 'Yard', mtx_path: 'live/yard', is_enabled: true });
    expect(await list('true')).toMatchObject({ total: 1, items: [{ mtx_path: 'attic' }] });
  });
});

it('where a camera is to be had, and what could be one, is for administrators', async () => {
  const { api } = setting;
  expect(await api.value({ command: 'read', module: 'cameras', entity: '1', token: 'user' })).toMatchObject({
    source: { type: 'rtsp', url: null },
  });
  const adoptable = { command: 'list', module: 'cameras', payload: { adoptable: true }, token: 'user' } as const;
  expect(await api.error(adoptable)).toMatchObject({ code: 'forbidden' });
});

describe('quiet', () => {
  const AN_HOUR_MS = 3_600_000;
  const inAnHour = () => new Date(setting.clock.now() + AN_HOUR_MS).toISOString();
  const last = () => setting.states.at(-1);

  it('marks the events of one camera and is in its state, until it is over', async () => {
    const { api, update, cameras, events, clock } = setting;
    const until = inAnHour();
    await api.value(update({ quietUntil: until }));
    expect(last()?.quietUntil).toBe(until);
    await cameras.observe('1', { kind: 'ready', at: '2026-11-21T10:00:00.000Z' });
    expect(events.at(-1)?.details).toMatchObject({ quiet: true });
    clock.advance(AN_HOUR_MS);
    await cameras.observe('1', { kind: 'notReady', at: '2026-11-21T11:00:00.000Z' });
    expect(events.at(-1)?.details).not.toHaveProperty('quiet');
    expect(last()).not.toHaveProperty('quietUntil');
  });

  it('goes for every camera and source at once, and null ends it', async () => {
    const { api, update, cameras, events } = setting;
    const gone = { source: 'mediamtx', isThere: false, reason: 'mediamtx-unreachable', cameras: 1 };
    await api.value(update({ quietUntil: inAnHour() }, 'all'));
    await cameras.sourceChanged(gone);
    expect(events.at(-1)).toMatchObject({ domain: 'source', event: 'offline', entity: null, details: { quiet: true } });
    expect(last()?.quietUntil).toBeDefined();
    await api.value(update({ quietUntil: null }, 'all'));
    await cameras.sourceChanged({ ...gone, isThere: true });
    expect(events.at(-1)?.details).toEqual({ source: 'mediamtx', reason: 'mediamtx-unreachable', cameras: 1 });
    expect(await api.error(update({ name: 'x', quietUntil: null }, 'all'))).toMatchObject({ code: 'invalid_payload' });
  });
});

it('a source that is gone is told once, whoever says it again, and so is its return', async () => {
  const { cameras, events } = setting;
  const change = { source: 'google', reason: 'google-login', cameras: 3 };
  for (const isThere of [true, false, false, true, true]) await cameras.sourceChanged({ ...change, isThere });
  expect(events.filter(({ domain }) => domain === 'source').map(({ event }) => event)).toEqual(['offline', 'online']);
});
