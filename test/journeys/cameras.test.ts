/** Cameras, their events and their retained state, as a separate MQTT client sees them. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { login, refused, request, requestText } from '../support/api/mqtt.ts';
import type { TestClient } from '../support/brokers/mqtt-client.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

interface Camera {
  readonly id: number;
  readonly [key: string]: unknown;
}

describe('cameras', () => {
  let clock: ManualClock;
  let service: Service;
  let client: TestClient;
  let token: string;

  beforeAll(async () => {
    clock = manualClock();
    service = await startService({ clock, env: { PUBLIC_HOST: 'cams.example' } });
    client = await service.client();
    token = await login(client, ADMIN.username, ADMIN.password);
  });

  afterAll(async () => {
    await client.end();
    await service.stop();
  });

  const ask = (body: Record<string, unknown>) => ({ module: 'cameras', token, ...body });
  const add = (payload: Record<string, unknown>) => request<Camera>(client, ask({ command: 'create', payload }));
  const emit = (entity: number, event: string, more: object = {}) =>
    request<{ events: string[]; seq: number }>(
      client,
      ask({ module: 'events', command: 'create', payload: { domain: 'camera', entity, event, ...more } }),
    );

  it('a camera is shown with upstream’s keys in upstream’s order, and ours behind them', async () => {
    const camera = await add({ name: 'Door', room: 'Hall', mtx_path: 'door', is_enabled: true });
    expect(Object.keys(camera)).toEqual([
      'id',
      'credentialId',
      'uid',
      'room',
      'name',
      'checksum',
      'info',
      'mtx_path',
      'is_enabled',
      'expires_at',
      'createdAt',
      'updatedAt',
      'is_persistent',
      'identified_as',
      'protocols',
      'resolution',
      'codecs_video',
      'codecs_audio',
      'status',
      'process_id',
      'stream_ready',
      'stream_uptime',
      'stream_track_count',
      'stream_consumer_count',
      'stream_data_rx',
      'stream_data_tx',
      'url_rtsp_tcp',
      'url_rtsp_udp_rtp',
      'url_rtsp_udp_rtcp',
      'url_rtmp',
      'url_hls',
      'url_hls_m3u8',
      'url_web_rtc',
      'url_srt',
      'source',
      'online',
      'reason',
      'expected',
      'probe',
      'quietUntil',
      'snapshots',
      'snapshotInterval',
      'uptime',
    ]);
    expect(camera).toMatchObject({
      credentialId: null,
      uid: expect.stringMatching(/^bridge\/[0-9a-f-]{36}$/),
      status: 'dead',
      url_rtsp_tcp: 'rtsp://cams.example:8554/door',
      url_hls_m3u8: 'http://cams.example:8888/door/index.m3u8',
      url_srt: 'srt://cams.example:8890/?streamid=read%3Adoor',
      source: { type: 'publisher', url: null, transport: null, fingerprint: null },
      createdAt: expect.stringMatching(/\+00:00$/),
    });
    expect(await request(client, ask({ command: 'read', entity: String(camera.id) }))).toEqual(camera);
  });

  it('the credentials in a source URL are sealed on disk and shown to nobody', async () => {
    const camera = await add({ name: 'Porch', source: { type: 'rtsp', url: 'rtsp://root:pa55word@10.0.0.5/stream' } });
    expect(camera['source']).toMatchObject({ type: 'rtsp', url: 'rtsp://10.0.0.5/stream' });
    const { readFile } = await import('node:fs/promises');
    expect(await readFile(`${service.dataDir}/store.journal`, 'utf8')).not.toContain('pa55word');
    const payload = { name: 'x', source: { type: 'rtsp', url: 'http://root:pa55word@10.0.0.5' } };
    const error = await refused(client, ask({ command: 'create', payload }));
    expect(error.code).toBe('invalid_url');
    expect(JSON.stringify(error)).not.toContain('pa55word');
  });

  it('the URL of a source is for administrators alone: with some cameras its path is the secret', async () => {
    const url = 'rtsp://10.0.0.6/s/PATHSECRET';
    const { id } = await add({ name: 'Protect', source: { type: 'rtsp', url } });
    const user = { username: 'looker', password: 'secret', can_login: true };
    await request(client, { command: 'create', module: 'users', payload: user, token });
    const theirs = await login(client, user.username, user.password);
    const read = { command: 'read', module: 'cameras', entity: String(id) };
    expect(await request(client, { ...read, token })).toMatchObject({ source: { url } });
    expect(await request(client, { ...read, token: theirs })).toMatchObject({ source: { type: 'rtsp', url: null } });
    const list = { command: 'list', module: 'cameras', payload: { search: 'Protect' }, token: theirs };
    expect(JSON.stringify(await request(client, list))).not.toContain('PATHSECRET');
  });

  it('a path has 255 letters at most', async () => {
    const { code } = await refused(
      client,
      ask({ command: 'create', payload: { name: 'Long', mtx_path: 'p'.repeat(256) } }),
    );
    expect(code).toBe('invalid_payload');
  });

  it('enabling needs a path, a path belongs to one camera, and disabling clears persistent', async () => {
    const one = String((await add({ name: 'One' })).id);
    const update = (entity: string, payload: object) =>
      requestText(client, ask({ command: 'update', entity, payload }));
    expect(
      (await refused(client, ask({ command: 'update', entity: one, payload: { is_enabled: true } }))).message,
    ).toBe('errors.cameras.update.mtxPathIsRequired');
    expect(await update(one, { mtx_path: 'one' })).toBe('');
    expect(await update(one, { is_enabled: true, is_persistent: true })).toBe('');
    expect((await refused(client, ask({ command: 'create', payload: { name: 'Two', mtx_path: 'one' } }))).message).toBe(
      'errors.cameras.update.mtxPathAlreadyInUse',
    );
    await update(one, { is_enabled: false });
    expect(await request(client, ask({ command: 'read', entity: one }))).toMatchObject({
      mtx_path: 'one',
      is_enabled: false,
      is_persistent: false,
    });
    expect((await refused(client, ask({ command: 'update', entity: one, payload: { mtx_path: 'a b' } }))).code).toBe(
      'invalid_payload',
    );
  });

  it('an event goes to all four topics with one body, is not retained, and is not repeated', async () => {
    const { id } = await add({ name: 'Gate', mtx_path: 'gate', is_enabled: true });
    await client.subscribe([
      `nestmtx/events/camera/${id}/+`,
      `/nestmtx/events/camera/${id}/+`,
      'nestmtx/stream/camera/ready',
      '/nestmtx/stream/camera/ready',
    ]);
    expect((await emit(id, 'ready')).events).toEqual(['ready']);
    const topics = [
      `nestmtx/events/camera/${id}/ready`,
      'nestmtx/stream/camera/ready',
      `/nestmtx/events/camera/${id}/ready`,
      '/nestmtx/stream/camera/ready',
    ];
    const messages = await Promise.all(topics.map((topic) => client.next((message) => message.topic === topic)));
    expect(new Set(messages.map(({ text }) => text)).size).toBe(1);
    expect(messages.every(({ retain }) => !retain)).toBe(true);
    expect(JSON.parse(messages[0]?.text ?? '')).toEqual({
      domain: 'camera',
      event: 'ready',
      entity: id,
      details: {
        name: 'Gate',
        enabled: true,
        path: 'gate',
        query: '',
        sourceType: '',
        sourceId: '',
        seq: expect.any(Number),
      },
      at: new Date(clock.now()).toISOString(),
    });
    expect((await emit(id, 'ready')).events).toEqual([]);
    const late = await service.client();
    await late.subscribe([`nestmtx/events/#`, `nestmtx/state/camera/${id}`]);
    expect((await late.next()).topic).toBe(`nestmtx/state/camera/${id}`);
    await late.end();
  });

  it('the retained state tells a late subscriber everything, its seq rises, and it goes with the camera', async () => {
    const { id } = await add({ name: 'Yard', mtx_path: 'yard', is_enabled: true });
    await emit(id, 'ready');
    await emit(id, 'read', { reader: 'anna' });
    const late = await service.client();
    await late.subscribe(`nestmtx/state/camera/${id}`);
    const first = await late.next();
    expect(first.retain).toBe(true);
    const state = JSON.parse(first.text);
    expect(state).toEqual({
      ready: true,
      demanded: false,
      readers: 1,
      since: expect.any(String),
      reason: null,
      path: 'yard',
      seq: expect.any(Number),
      online: true,
      enabled: true,
    });
    await emit(id, 'unread', { reader: 'anna' });
    const next = JSON.parse((await late.next()).text);
    expect(next.readers).toBe(0);
    expect(next.seq).toBeGreaterThan(state.seq);
    expect(await request(client, ask({ command: 'read', entity: String(id) }))).toMatchObject({
      status: 'running',
      stream_ready: true,
    });
    await requestText(client, ask({ command: 'delete', entity: String(id) }));
    expect((await late.next()).text).toBe('');
    await late.end();
    const later = await service.client();
    await later.subscribe([`nestmtx/state/camera/${id}`, 'nestmtx/availability']);
    expect((await later.next()).topic).toBe('nestmtx/availability');
    await later.end();
  });

  it('creating, changing and removing a camera are events too', async () => {
    await client.subscribe('nestmtx/stream/camera/+');
    const { id } = await add({ name: 'Shed' });
    await requestText(client, ask({ command: 'update', entity: String(id), payload: { mtx_path: 'shed' } }));
    await requestText(client, ask({ command: 'delete', entity: String(id) }));
    for (const event of ['created', 'updated', 'removed']) {
      expect(JSON.parse((await client.next(`nestmtx/stream/camera/${event}`)).text)).toMatchObject({
        event,
        entity: id,
      });
    }
  });

  it('an event of a camera that does not exist is refused', async () => {
    const payload = { domain: 'camera', entity: 999, event: 'ready' };
    expect((await refused(client, ask({ module: 'events', command: 'create', payload }))).code).toBe('not_found');
  });
});
