/** MediaMTX beside the whole service: a hook becomes an event on the wire, its streams are shown, and a command reaches them. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { login, refused, request, requestText } from '../support/api/mqtt.ts';
import type { TestClient } from '../support/brokers/mqtt-client.ts';
import { type MediaMtxStandIn, startMediaMtx } from '../support/cameras/mediamtx.ts';
import { VERSIONS } from '../support/cameras/mediamtx-shapes.ts';
import { eventually } from '../support/eventually.ts';
import { manualClock } from '../support/manual-clock.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const SECRET = 'shared-secret-of-hooks';
const SINCE = '2026-11-21T16:48:00Z';

describe('a service with MediaMTX', () => {
  const clock = manualClock();
  let mediaMtx: MediaMtxStandIn;
  let service: Service;
  let client: TestClient;
  let token: string;
  let id: number;

  beforeAll(async () => {
    mediaMtx = await startMediaMtx(VERSIONS['1.20']);
    mediaMtx.configure('garage', { runOnDemand: 'a command' });
    service = await startService({
      clock,
      env: { MEDIAMTX_URL: mediaMtx.url, HOOK_SECRET: SECRET, EVENT_TOPICS: 'plain' },
    });
    client = await service.client();
    token = await login(client, ADMIN.username, ADMIN.password);
    const payload = { name: 'Garage', mtx_path: 'garage', is_enabled: true };
    ({ id } = await request<{ id: number }>(client, { command: 'create', module: 'cameras', token, payload }));
    await client.subscribe(`nestmtx/events/camera/${id}/+`);
  });

  afterAll(async () => {
    await client?.end();
    await service?.stop();
    await mediaMtx?.close();
  });

  const hook = async (event: string, form: Record<string, string>, headers: Record<string, string> = {}) => {
    const body = new URLSearchParams(form);
    return (await fetch(`${service.httpUrl}/hooks/mediamtx/${event}`, { method: 'POST', body, headers })).status;
  };
  const event = async () => {
    const { topic, text } = await client.next(`nestmtx/events/camera/${id}/+`);
    return { name: topic.split('/').at(-1), details: JSON.parse(text).details };
  };
  const camera = () =>
    request<Record<string, unknown>>(client, { command: 'read', module: 'cameras', token, entity: String(id) });
  const act = (action: string) => ({
    command: 'update',
    module: 'cameras',
    token,
    entity: String(id),
    payload: { action },
  });

  it('tells demand, ready, read, unread and notReady as the hooks come, in order', async () => {
    const source = { type: 'srtConn', id: 's1' };
    const reader = { type: 'rtspSession', id: 'r1' };
    const steps = [
      { said: 'demand', feed: {}, told: ['demand'] },
      { said: 'ready', feed: { since: SINCE, bytes: 10, source }, told: ['ready'] },
      { said: 'read', feed: { since: SINCE, bytes: 20, source, readers: [reader] }, told: ['read'] },
      { said: 'unread', feed: { since: SINCE, bytes: 30, source }, told: ['unread'] },
      { said: 'notReady', feed: {}, told: ['notReady', 'unDemand'] },
    ];
    let seq = 0;
    for (const { said, feed, told } of steps) {
      mediaMtx.feed('garage', feed);
      expect(await hook(said, { path: 'garage', query: `step=${said}` })).toBe(202);
      for (const name of told) {
        const one = await event();
        expect(one).toMatchObject({ name, details: { name: 'Garage', path: 'garage', query: `step=${said}` } });
        expect(one.details.seq).toBeGreaterThan(seq);
        seq = one.details.seq;
      }
    }
  });

  it('shows what flows in the camera and in htop', async () => {
    mediaMtx.feed('garage', {
      since: SINCE,
      bytes: 4321,
      tracks: ['H264', 'Opus'],
      readers: [{ type: 'rtspSession', id: 'r2' }],
    });
    await hook('ready', { path: 'garage' });
    for (const name of ['demand', 'ready', 'read']) expect((await event()).name).toBe(name);
    expect(await camera()).toMatchObject({
      status: 'running',
      stream_ready: true,
      stream_track_count: 2,
      stream_consumer_count: 1,
      stream_data_rx: 4321,
    });
    const { paths } = await request<{ paths: unknown[] }>(client, { command: 'list', module: 'htop', token });
    expect(paths).toMatchObject([{ path: 'garage', src: 'rtspSession', tracks: 2, dataRx: 4321, consumers: 1 }]);
  });

  it('restarts and stops the stream, and refuses an action that it does not know', async () => {
    expect(await requestText(client, act('restart'))).toBe('');
    expect(mediaMtx.kicked).toEqual(['rtspsessions source-1']);
    await requestText(client, act('stop'));
    expect(mediaMtx.kicked.slice(1)).toEqual(['rtspsessions source-1', 'rtspsessions r2']);
    expect(await refused(client, act('explode'))).toMatchObject({
      code: 'unknown_action',
      message: 'Unknown action: explode',
    });
  });

  it('lets nobody call a hook through a proxy without the secret', async () => {
    const proxied = { 'x-forwarded-for': '203.0.113.9' };
    expect(await hook('ready', { path: 'garage' }, proxied)).toBe(401);
    expect(await hook('ready', { path: 'garage' }, { ...proxied, authorization: `Bearer ${SECRET}` })).toBe(202);
    expect(service.log()).not.toContain(SECRET);
  });

  it('is degraded, not unhealthy, without it', async () => {
    const health = () => request<{ healthy: string; details: object }>(client, { command: 'list', module: 'health' });
    expect(await health()).toMatchObject({ details: { mediamtx: { healthy: true } } });
    mediaMtx.lie = { status: 401, body: '' };
    clock.advance(5000);
    await eventually(() => service.log().includes('authInternalUsers'), 'the hint in the log');
    expect(await health()).toMatchObject({
      healthy: 'degraded',
      details: { mediamtx: { healthy: null, meta: { reason: 'refused' } } },
    });
  });
});
